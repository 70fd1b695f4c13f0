import Bytes
import Foundation
import JSON
import Reactor
import TestSupport
import Testing

@testable import Control

/// Clients that mean harm or are broken. Each costs what the limits say, and nobody else notices.
@Suite(.serialized) struct HostileClientTests {
  init() { #expect(LoopThread.started) }

  static let nonsense: [(what: String, bytes: [UInt8], reason: String)] = [
    ("NUL bytes", [UInt8](repeating: 0, count: 100_000), "the message is empty"),
    (
      "an endless message", [UInt8](repeating: 0x20, count: ControlLimits.messageBytesMax + 1), "is longer than 8388608"
    ),
    ("brackets", [UInt8](repeating: UInt8(ascii: "["), count: 1_000_000) + [0], "nested more than 64 levels"),
    ("bytes that are not UTF-8", Array("{\"method\":\"".utf8) + [0xC3, 0x28, 0], "the message is not JSON"),
    ("no JSON", Array("GET / HTTP/1.1\r\n\r\n\0".utf8), "the message is not JSON"),
    ("an array", Array("[]\0".utf8), "the message is JSON, but not an object"),
    ("no method", Array("{}\0".utf8), "member method is missing"),
    ("a number for a method", Array("{\"method\":1}\0".utf8), "member method is missing"),
  ]

  @Test(arguments: nonsense.indices) @EventLoop func nonsenseEndsTheConnectionAndNoOther(index: Int) async throws {
    try await Station.during { station in
      let other = station.client()
      _ = try await other.call("GetPolicy")
      let stream = try await station.stream()
      let bytes = Self.nonsense[index].bytes
      stream.write(ByteSlice(copying: bytes.span))
      stream.flush()
      let heard = try? await stream.message()
      #expect(heard == .some(nil) || heard == nil)
      await wait { station.dropped.count == 1 }
      let reason = station.dropped.first ?? ""
      #expect(reason.contains(Self.nonsense[index].reason), "\(Self.nonsense[index].what): \(reason)")
      let still = try await other.call("GetPolicy")
      #expect(still["generation"] == 7)
    }
  }

  @Test @EventLoop func aMessageCutOffByItsSenderIsNoComplaint() async throws {
    try await Station.during { station in
      let stream = try await station.stream()
      stream.call("GetPolicy", #","oneway":true"#)
      stream.say("{\"method\":\"io.aigw.Con")
      await wait { station.calls.count == 1 }
      stream.close()
      await wait { station.server.sessions.count == 0 }
      #expect(station.dropped.isEmpty)
    }
  }

  @Test @EventLoop func aClientThatHasSaidItsLastWordStillGetsItsReplies() async throws {
    try await Station.during { station in
      let path = station.address.host
      let call = "{\"method\":\"io.aigw.Control.GetPolicy\"}\0"
      let heard = await Workers.run { lastWords(call + call, to: path) }
      let reply = "{\"parameters\":{\"generation\":7,\"policy\":{}}}\0"
      #expect(String(decoding: heard, as: UTF8.self) == reply + reply)
    }
  }

  @Test @EventLoop func aMessageThatDoesNotGoOnEndsTheConnection() async throws {
    var times = SessionTimes()
    times.messageMs = 50
    try await Station.during(times) { station in
      let stream = try await station.stream()
      stream.say("{\"method\":")
      #expect(try await stream.message() == nil)
      await wait { station.dropped.count == 1 }
      #expect(station.dropped == ["its message was not complete after 50 ms"])
    }
  }

  @Test @EventLoop func aConnectionWithoutCallsEndsAndASubscriptionGoesOn() async throws {
    try await Station.during { station in
      let silent = try await station.stream()
      silent.subscribe()
      await wait { station.subscriptions.count == 1 }
      station.server.times.idleMs = 50
      let idle = try await station.stream()
      #expect(try await idle.message() == nil)
      await wait { station.dropped.count == 1 }
      #expect(station.dropped == ["it made no call for 50 ms"])
      station.subscriptions[0].offer(state(1))
      #expect(try await silent.message() != nil)
    }
  }

  @Test @EventLoop func oneThatNeverReadsIsAnsweredOnlyAsFarAsItsSocketHolds() async throws {
    try await Station.during { station in
      station.policy = ["filler": .string(String(repeating: "x", count: 100_000))]
      let greedy = try await station.stream()
      for _ in 0..<200 { greedy.call("GetPolicy") }
      let other = station.client()
      for _ in 0..<100 { _ = try await other.call("GetPolicy") }
      // What the kernel's buffer holds, one reply in flight, and the hundred of the other client.
      #expect(station.calls.count < 150)
      for _ in 0..<200 { #expect(try await greedy.message() != nil) }
      #expect(station.calls.count == 300)
    }
  }

  @Test @EventLoop func oneThatOwesMoreThanItMayIsDroppedAndOneThatOwesLessIsNot() async throws {
    var times = SessionTimes()
    times.owedMs = 50
    try await Station.during(times) { station in
      let modest = try await station.stream()
      station.policy = ["filler": .string(String(repeating: "x", count: ControlLimits.owedBytesMax / 2))]
      modest.call("GetPolicy")
      await modest.hold(1)
      let greedy = try await station.stream()
      station.policy = ["filler": .string(String(repeating: "x", count: ControlLimits.owedBytesMax * 2))]
      greedy.call("GetPolicy")
      await wait { station.dropped.count == 1 }
      #expect(station.dropped.first?.hasSuffix("bytes of its replies for 50 ms") == true)
      #expect(try await modest.message()?.utf8.count ?? 0 > ControlLimits.owedBytesMax / 2)
    }
  }

  @Test @EventLoop func asManyAsTheLimitAreServedAtOnceAndOneMoreIsNot() async throws {
    // Two descriptors for each connection: both ends are here.
    var files = rlimit()
    unsafe _ = getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &files)
    files.rlim_cur = min(files.rlim_max, 8192)
    unsafe _ = setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &files)
    try await Station.during { station in
      var streams: [ByteStream] = []
      for _ in 0..<ControlLimits.connectionsMax {
        streams.append(try await station.stream())
        streams.last!.call("GetPolicy")
      }
      for stream in streams { #expect(try await stream.message()?.contains("generation") == true) }
      #expect(station.server.sessions.count == ControlLimits.connectionsMax)
      let late = try await station.stream()
      #expect(try await late.message() == nil)
      #expect(station.dropped == ["1024 clients are connected already"])
      streams[0].close()
      await wait { station.server.sessions.count < ControlLimits.connectionsMax }
      let next = try await station.stream()
      next.call("GetPolicy")
      #expect(try await next.message() != nil)
    }
  }
}

/// Writes `text` to the socket at `path`, says that nothing more will come, and reads all that comes back. Blocks.
private func lastWords(_ text: String, to path: String) -> [UInt8] {
  var address = sockaddr_un()
  address.sun_family = sa_family_t(AF_UNIX)
  // SAFETY: the path is one that a server listens on, so it fits; every call gets the size of what it reads or writes.
  unsafe withUnsafeMutableBytes(of: &address.sun_path) { unsafe $0.copyBytes(from: path.utf8) }
  let socket = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
  defer { Glibc.close(socket) }
  let status = unsafe withUnsafePointer(to: &address) { pointer in
    let raw = unsafe UnsafeRawPointer(pointer).assumingMemoryBound(to: sockaddr.self)
    return unsafe connect(socket, raw, socklen_t(MemoryLayout<sockaddr_un>.size))
  }
  if status != 0 { return [] }
  let bytes = Array(text.utf8)
  unsafe _ = bytes.withUnsafeBytes { unsafe write(socket, $0.baseAddress!, $0.count) }
  shutdown(socket, Int32(SHUT_WR))
  var heard: [UInt8] = []
  var room = [UInt8](repeating: 0, count: 4096)
  while true {
    let count = unsafe room.withUnsafeMutableBytes { unsafe read(socket, $0.baseAddress!, $0.count) }
    if count <= 0 { return heard }
    heard += room[..<count]
  }
}
