import Bytes
import JSON
import Testing

@testable import Control

@Suite struct VarlinkMessageTests {
  @Test func aCallIsWrittenAsItIsRead() throws {
    let call = VarlinkCall("io.aigw.Control.SetBudget", ["name": "team \"a\"\u{e4}"], wantsMore: true, isOneway: true)
    let wire = #"{"method":"io.aigw.Control.SetBudget","parameters":{"name":"team \"a\"ä"},"more":true,"oneway":true}"#
    #expect(String(call.encoded.span) == wire + "\0")
    let read = try VarlinkCall(reading: json(wire))
    #expect(read.method == call.method && read.parameters == call.parameters)
    #expect(read.wantsMore && read.isOneway && !read.wantsUpgrade)
    #expect(read.interface == "io.aigw.Control" && read.member == "SetBudget")
  }

  @Test func absentAndNullMembersAreTheSame() throws {
    for wire in [#"{"method":"a.B"}"#, #"{"method":"a.B","parameters":null,"more":null,"oneway":null,"upgrade":null}"#]
    {
      let call = try VarlinkCall(reading: json(wire))
      #expect(call.parameters == [:] && !call.wantsMore && !call.isOneway && !call.wantsUpgrade)
    }
  }

  @Test func membersThatVarlinkDoesNotKnowAreIgnored() throws {
    #expect(try VarlinkCall(reading: json(#"{"method":"a.B","org.example":{"x":1}}"#)).method == "a.B")
  }

  @Test(arguments: [
    ("{}", "method"), (#"{"method":1}"#, "method"), (#"{"method":"a.B","parameters":[]}"#, "parameters"),
    (#"{"method":"a.B","more":"yes"}"#, "more"), (#"{"method":"a.B","oneway":0}"#, "oneway"),
    (#"{"method":"a.B","upgrade":{}}"#, "upgrade"),
    ("{\"method\":\"" + String(repeating: "m", count: 201) + "\"}", "method"),
  ])
  func aMemberOfTheWrongTypeIsNamed(wire: String, member: String) {
    #expect(throws: MessageError.badMember(member)) { _ = try VarlinkCall(reading: json(wire)) }
  }

  @Test func aMethodWithoutADotBelongsToNoInterface() {
    #expect(VarlinkCall("GetInfo").interface == "" && VarlinkCall("GetInfo").member == "GetInfo")
    #expect(VarlinkCall("a.").interface == "a" && VarlinkCall("a.").member == "")
  }

  @Test func aReplyIsWrittenAsItIsRead() throws {
    #expect(wire(VarlinkReply([:])) == "{\"parameters\":{}}\0")
    #expect(wire(VarlinkReply(["a": 1], continues: true)) == "{\"parameters\":{\"a\":1},\"continues\":true}\0")
    let refused = VarlinkReply(.unknownSidecar(holder: "h"))
    #expect(
      wire(refused)
        == "{\"parameters\":{\"holder\":\"h\"},\"error\":\"io.aigw.Control.UnknownSidecar\"}\0")
    let read = try VarlinkReply(reading: json(#"{"error":"a.B","continues":false}"#))
    #expect(read.error == "a.B" && !read.continues && read.parameters == [:])
    #expect(throws: MessageError.badMember("error")) { _ = try VarlinkReply(reading: json(#"{"error":1}"#)) }
    #expect(throws: MessageError.badMember("parameters")) { _ = try VarlinkReply(reading: json(#"{"parameters":1}"#)) }
  }

  private func wire(_ reply: VarlinkReply) -> String { String(reply.encoded.span) }
}
