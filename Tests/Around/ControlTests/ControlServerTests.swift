import Bytes
import Foundation
import JSON
import Reactor
import TestSupport
import Testing

@testable import Control

@Suite(.serialized) struct ControlServerTests {
  init() { #expect(LoopThread.started) }

  @Test @EventLoop func pipelinedCallsAreAnsweredInTheirOrder() async throws {
    try await Station.during { station in
      let stream = try await station.stream()
      stream.call("GetBudgets")
      stream.call("GetPolicy")
      await wait { station.calls == ["GetBudgets"] }
      station.release.wake()
      #expect(try await stream.message() == #"{"parameters":{"budgets":[]}}"#)
      #expect(try await stream.message() == #"{"parameters":{"generation":7,"policy":{}}}"#)
      #expect(station.calls == ["GetBudgets", "GetPolicy"])
    }
  }

  @Test @EventLoop func theServiceDescribesItself() async throws {
    try await Station.during { station in
      let client = station.client()
      let info = try await client.call("org.varlink.service.GetInfo")
      #expect(info["product"]?.string == "station" && info["version"]?.string == "1.2.3")
      #expect(info["interfaces"] == ["org.varlink.service", "io.aigw.Control"])
      let described = try await client.call(
        "org.varlink.service.GetInterfaceDescription", ["interface": "io.aigw.Control"])
      #expect(described["description"]?.string == InterfaceDefinition.control.description)
      let refused = await clientError {
        _ = try await client.call("org.varlink.service.GetInterfaceDescription", ["interface": "a.b"])
      }
      #expect(refused == .refused(.interfaceNotFound("a.b")))
    }
  }

  @Test(arguments: [
    (#"{"method":"io.aigw.Nothing.Do"}"#, ControlError.interfaceNotFound("io.aigw.Nothing")),
    (#"{"method":"GetPolicy"}"#, .interfaceNotFound("")),
    (#"{"method":"io.aigw.Control.Nothing"}"#, .methodNotFound("io.aigw.Control.Nothing")),
    (#"{"method":"io.aigw.Control.GetSidecars"}"#, .methodNotImplemented("io.aigw.Control.GetSidecars")),
    (#"{"method":"io.aigw.Control.GetPolicy","upgrade":true}"#, .methodNotImplemented("io.aigw.Control.GetPolicy")),
    (#"{"method":"io.aigw.Control.GetPolicy","parameters":{"x":1}}"#, .invalidParameter("x")),
    (#"{"method":"io.aigw.Control.Explain","parameters":{}}"#, .invalidParameter("request")),
    (#"{"method":"io.aigw.Control.Explain","parameters":{"request":"r"}}"#, .unknownRequest("r")),
    (#"{"method":"io.aigw.Control.Watch"}"#, .expectedMore),
  ]) @EventLoop func aCallThatCannotBeAnsweredIsRefusedAndTheNextOneIsNot(call: String, error: ControlError)
    async throws
  {
    try await Station.during { station in
      let stream = try await station.stream()
      stream.say(call + "\0")
      let heard = try #require(try await stream.message())
      let reply = try VarlinkReply(reading: json(heard))
      #expect(reply.error == error.name && reply.parameters == error.parameters)
      stream.call("GetPolicy")
      #expect(try await stream.message()?.contains("generation") == true)
    }
  }

  @Test @EventLoop func aOnewayCallIsDoneAndNotAnswered() async throws {
    try await Station.during { station in
      let stream = try await station.stream()
      stream.call("GetPolicy", #","oneway":true"#)
      stream.call("Nothing", #","oneway":true"#)
      stream.call("Watch", #","oneway":true,"more":true"#)
      stream.call("Explain", #","parameters":{"request":"last"}"#)
      let heard = try await stream.message()
      #expect(heard == #"{"parameters":{"request":"last"},"error":"io.aigw.Control.UnknownRequest"}"#)
      #expect(station.calls == ["GetPolicy"] && station.subscriptions.isEmpty)
    }
  }

  @Test @EventLoop func aCallWithMoreThatHasOneReplyHasOneReply() async throws {
    try await Station.during { station in
      let stream = try await station.stream()
      stream.call("GetPolicy", #","more":true"#)
      #expect(try await stream.message() == #"{"parameters":{"generation":7,"policy":{}}}"#)
    }
  }

  @Test @EventLoop func aReplyLongerThanAMessageMayBeIsAnErrorThatSaysSo() async throws {
    try await Station.during { station in
      station.policy = ["filler": .string(String(repeating: "x", count: ControlLimits.messageBytesMax))]
      let client = station.client()
      let bytes = ControlLimits.messageBytesMax + #"{"parameters":{"generation":7,"policy":{"filler":""}}}"#.utf8.count
      let refused = await clientError { _ = try await client.call("GetPolicy") }
      #expect(refused == .refused(.replyTooLarge(bytes: bytes, bytesMax: ControlLimits.messageBytesMax)))
    }
  }

  @Test @EventLoop func closingLetsACallFinishAndEndsTheRest() async throws {
    try await Station.during { station in
      let (busy, idle, watching) = (station.client(), try await station.stream(), station.client())
      let feed = try await watching.subscribe("Watch")
      let answered = Waiter()
      var answer: JSONValue?
      EventLoop.spawn {
        answer = try? await busy.call("GetBudgets")
        answered.wake()
      }
      await wait { station.calls == ["GetBudgets"] && station.subscriptions.count == 1 }
      EventLoop.spawn { await station.server.close(graceMs: 60_000) }
      #expect(try await idle.message() == nil)
      let lost = await clientError { _ = try await feed.next() }
      #expect(lost == .lost(method: "Watch") && station.gone == 1)
      station.release.wake()
      if answer == nil { await answered.wait() }
      #expect(answer == ["budgets": []])
      let late = await clientError { _ = try await station.client().call("GetPolicy") }
      #expect("\(late!)".hasPrefix("cannot connect to unix:\(station.address.host): "))
    }
  }

  @Test @EventLoop func theFolderAndTheSocketAreForTheOwnerAndTheGroup() async throws {
    try await Station.during { station in
      func mode(_ path: String) throws -> Int {
        try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as! Int
      }
      let modes = (try mode(station.folder), try mode(station.address.host))
      #expect(modes == (0o750, 0o660))
    }
  }

  @Test @EventLoop func aSocketThatIsServedIsNotTakenOver() async throws {
    try await Station.during { station in
      let error = #expect(throws: ReactorError.self) {
        _ = try ControlServer(on: station.address, service: station.service)
      }
      #expect(error?.description == "listen on \(station.address): another process listens there")
      let reply = try await station.client().call("GetPolicy")
      #expect(reply["generation"] == 7)
    }
  }
}
