import Bytes
import Exchange
import JSON
import Logging
import Policy
import Reactor
import TestSupport
import Testing

@testable import Alerts

@Suite(.serialized) struct WebhookTests {
  init() { #expect(LoopThread.started) }

  private static let silent = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }

  private static func alert() throws -> Alert {
    let house = try House("cap: {limit: 1000 tokens/day, alertAt: 0.5}")
    return try #require(house.look(reading(600, at: time(1)), at: time(1)).first)
  }

  @EventLoop private static func webhook(
    port: UInt16, auth: String = "", environment: [String: String] = [:]
  ) throws -> Webhook {
    let rule = try policy("alerts: {webhook: {url: \"http://127.0.0.1:\(port)/a/b\"\(auth)}}").alerts.webhook
    return try Webhook(try #require(rule), environment: environment, log: silent)
  }

  @Test @EventLoop func `an alert is one POST with the credential of the policy`() async throws {
    let receiver = try Receiver()
    defer { receiver.close() }
    let webhook = try Self.webhook(
      port: receiver.port, auth: ", auth: {env: HOOK, headerName: x-token}", environment: ["HOOK": "abc"])
    defer { webhook.close() }
    webhook.send(try Self.alert())
    let far = await receiver.accepted.first()
    defer { far.close() }
    let document = try Self.alert().document
    var text = ByteBuffer()
    document.write(into: &text)
    let wanted =
      "POST /a/b HTTP/1.1\r\nhost: 127.0.0.1:\(receiver.port)\r\ncontent-type: application/json\r\n"
      + "user-agent: aigw\r\nconnection: close\r\nx-token: abc\r\ncontent-length: \(text.count)\r\n\r\n"
      + String(text.span)
    #expect(try await far.text(wanted.utf8.count) == wanted)
    far.say("HTTP/1.1 204 No Content\r\n\r\n")
  }

  @Test @EventLoop func `a receiver that hangs up is called again`() async throws {
    let receiver = try Receiver()
    defer { receiver.close() }
    let webhook = try Self.webhook(port: receiver.port)
    defer { webhook.close() }
    webhook.send(try Self.alert())
    await receiver.accepted.first().close()
    let again = await receiver.accepted.first()
    defer { again.close() }
    #expect(try await again.text(4) == "POST")
  }

  @Test @EventLoop func `a credential that is not there is said so, not the address`() throws {
    do {
      _ = try Self.webhook(port: 1, auth: ", auth: {env: HOOK}")
      Issue.record("it was made without its credential")
    } catch let error as AlertError {
      #expect(
        error.description == "alerts.webhook.auth: environment variable HOOK is not set: it should hold the key")
    }
  }
}

@EventLoop
private struct Receiver {
  let accepted = Accepted()
  private let listener: StreamListener

  init() throws {
    let accepted = accepted
    listener = try StreamListener(on: SocketAddress("127.0.0.1:0")!) { accepted.arrived($0) }
  }

  var port: UInt16 { UInt16(listener.address.description.split(separator: ":").last!)! }

  func close() { listener.close() }
}
