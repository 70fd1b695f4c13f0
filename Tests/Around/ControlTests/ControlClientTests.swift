import Bytes
import Foundation
import JSON
import Reactor
import TestSupport
import Testing

@testable import Control

@Suite(.serialized) struct ControlClientTests {
  init() { #expect(LoopThread.started) }

  @Test @EventLoop func callsMadeAtOnceEachGetTheirOwnReply() async throws {
    try await Station.during { station in
      let client = station.client()
      var replies: [Int: ControlClientError?] = [:]
      for number in 0..<20 {
        EventLoop.spawn {
          replies[number] = await clientError {
            _ = try await client.call("Explain", ["request": .string("\(number)")])
          }
        }
      }
      await wait { replies.count == 20 }
      for number in 0..<20 { #expect(replies[number] == .refused(.unknownRequest("\(number)"))) }
    }
  }

  @Test @EventLoop func aConnectionThatWasEndedInTheMeantimeIsMadeAnew() async throws {
    try await Station.during { station in
      let client = station.client()
      for _ in 1...3 {
        let reply = try await client.call("GetPolicy")
        #expect(reply["generation"] == 7)
        for session in station.server.sessions.values { session.cut() }
        await wait { client.connection?.isStale == true }
      }
    }
  }

  @Test @EventLoop func anAnswerThatIsLateIsNotTakenForTheNext() async throws {
    try await Station.during { station in
      let client = station.client()
      let error = await clientError { _ = try await client.call("GetBudgets", timeoutMs: 20) }
      #expect(error == .timedOut(method: "GetBudgets", timeoutMs: 20))
      station.release.wake()
      let reply = try await client.call("GetPolicy")
      #expect(reply["generation"] == 7)
    }
  }

  @Test @EventLoop func aCallLongerThanAMessageMayBeIsNotMade() async throws {
    try await Station.during { station in
      let client = station.client()
      let name = String(repeating: "x", count: ControlLimits.messageBytesMax)
      let error = await clientError { _ = try await client.call("Explain", ["request": .string(name)]) }
      let bytes = name.utf8.count + #"{"method":"io.aigw.Control.Explain","parameters":{"request":""}}"#.utf8.count
      #expect(error == .tooLarge(method: "Explain", bytes: bytes))
      #expect(station.calls.isEmpty && station.dropped.isEmpty)
    }
  }

  @Test @EventLoop func tooManyCallsAreRefusedHere() async throws {
    try await Station.during { station in
      let client = station.client()
      var ended = 0
      for _ in 0...ControlLimits.callsInFlightMax {
        EventLoop.spawn {
          _ = await clientError { _ = try await client.call("GetBudgets") }
          ended += 1
        }
      }
      await wait { station.calls.count == 1 }
      let error = await clientError { _ = try await client.call("GetPolicy") }
      #expect(error == .busy)
      client.close()
      await wait { ended == ControlLimits.callsInFlightMax + 1 }
      #expect(ended == ControlLimits.callsInFlightMax + 1, "closing lets none of them wait for ever")
    }
  }

  @Test @EventLoop func aFeedEndsAfterTheReplyThatSaysSo() async throws {
    try await scripted("{\"parameters\":{\"n\":1},\"continues\":true}\0{\"parameters\":{\"n\":2}}\0") { client in
      let feed = try await client.subscribe("Watch")
      let heard = [try await feed.next(), try await feed.next(), try await feed.next(), try await feed.next()]
      #expect(heard == [["n": 1], ["n": 2], nil, nil])
    }
  }

  @Test @EventLoop func aFeedThatIsSilentMayBeAskedAgain() async throws {
    try await Station.during { station in
      let feed = try await station.client().subscribe("Watch")
      defer { feed.close() }
      let error = await clientError { _ = try await feed.next(timeoutMs: 20) }
      #expect(error == .timedOut(method: "Watch", timeoutMs: 20))
      await wait { station.subscriptions.count == 1 }
      station.subscriptions[0].offer(event(1))
      let heard = try await feed.next(timeoutMs: 60_000)
      #expect(heard == event(1))
    }
  }

  @Test @EventLoop func aRefusedFeedSaysWhyAndIsOver() async throws {
    try await Station.during { station in
      let feed = try await station.client().subscribe("Subscribe", ["sidecar": [:]])
      let error = await clientError { _ = try await feed.next() }
      #expect(error == .refused(.invalidParameter("sidecar.holder")))
      let after = try await feed.next()
      #expect(after == nil)
    }
  }

  @Test(arguments: [
    ("", ControlClientError.lost(method: "GetPolicy")), ("{\"parameters\":{}", .lost(method: "GetPolicy")),
    ("{\"parameters\":17}|", .broken(.badMember("parameters"))), ("[]|", .broken(.notAnObject)),
    ("{\"error\":\"org.example.New\"}|", .refused(.other(name: "org.example.New"))),
  ]) @EventLoop func aServerThatDoesNotAnswerAsItShouldIsAnError(answer: String, error: ControlClientError) async throws
  {
    try await scripted(answer.split(separator: "|", omittingEmptySubsequences: false).joined(separator: "\0")) {
      client in
      let refused = await clientError { _ = try await client.call("GetPolicy") }
      #expect(refused == error)
    }
  }

  @Test @EventLoop func aSocketThatIsNotThereSaysWhatToTry() async throws {
    let path = FileManager.default.temporaryDirectory.appendingPathComponent("aigw-none-\(getpid()).sock").path
    let client = ControlClient(SocketAddress(path: path))
    let error = await clientError { _ = try await client.call("GetPolicy") }
    #expect(
      error?.description
        == "cannot connect to unix:\(path): no such file or directory. Is aigwd running, and is this its socket?")
    client.close()
  }

  @Test(arguments: [
    (
      ControlClientError.unreachable(
        ReactorError(.refused, doing: "connect to unix:/run/a.sock", reason: "connection refused")),
      "cannot connect to unix:/run/a.sock: connection refused. The socket is there and nobody listens: has aigwd ended?"
    ),
    (
      .unreachable(ReactorError(.permissionDenied, doing: "connect to unix:/run/a.sock", reason: "permission denied")),
      "cannot connect to unix:/run/a.sock: permission denied. The socket belongs to others: join its group, or become "
        + "its owner."
    ),
    (
      .timedOut(method: "SetBudget", timeoutMs: 5000),
      "SetBudget was not answered within 5000 ms; it may have been done all the same. Is the daemon busy?"
    ),
    (
      .lost(method: "SetBudget"),
      "the connection ended before SetBudget was answered; it may have been done all the same. See the daemon's log."
    ),
    (
      .tooLarge(method: "PatchPolicy", bytes: 9_000_000),
      "PatchPolicy would be a message of 9000000 bytes, and 8388608 are allowed. Nothing was done; make the change in "
        + "smaller steps."
    ),
    (.refused(.unknownSidecar(holder: "h")), "no sidecar h is connected. Subscribe first."),
    (
      .broken(.notAnObject),
      "what answers on the socket does not speak the control protocol: the message is JSON, but not an object."
    ),
  ]) func errorsSayWhatToTry(error: ControlClientError, words: String) { #expect(error.description == words) }

  /// Runs `body` with a client of a server that answers the first call it gets with `answer` and goes.
  @EventLoop private func scripted(_ answer: String, _ body: @EventLoop (ControlClient) async throws -> Void)
    async throws
  {
    let path = FileManager.default.temporaryDirectory.appendingPathComponent("aigw-\(UUID().uuidString.prefix(8)).sock")
    let accepted = Accepted()
    let listener = try StreamListener(on: SocketAddress(path: path.path)) { accepted.arrived($0) }
    let client = ControlClient(listener.address)
    EventLoop.spawn {
      let stream = await accepted.first()
      _ = try? await stream.message()
      stream.say(answer)
      stream.closeAfterFlush()
    }
    defer {
      client.close()
      listener.close()
      accepted.close()
    }
    try await body(client)
  }
}
