// Tunnel: a WebSocket between agent and provider (RFC 6455): bytes pass both ways, and what the model used is read as it
// passes.

import Admission
import Bytes
import Client
import Exchange
import Guard
import HTTP
import Hub
import JSON
import Listener
import Metering
import Reactor

/// What a realtime session has used so far (platform.openai.com/docs/api-reference/realtime-server-events).
private struct SessionTally: ~Copyable {
  private enum Name: String, FieldName {
    case type
    case response
  }
  private enum ResponseName: String, FieldName { case usage }
  private static let scanner = FieldScanner<Name>()
  private static let responseScanner = FieldScanner<ResponseName>()

  private var messages = WebSocketMessages()
  private(set) var usage = Usage(input: .zero, output: .zero)

  var total: TokenCount { (usage.input ?? .zero) + (usage.output ?? .zero) }

  /// Counts the responses that have ended with these bytes: each `response.done` says what its response took.
  mutating func arrived(_ bytes: Span<UInt8>, from adapter: any DialectAdapter) {
    messages.arrived(bytes)
    while let text = messages.next() {
      guard let fields = try? Self.scanner.scan(text.span),
        fields[.type]?.value.string(in: text.span) == "response.done",
        let response = fields[.response]?.value, response.kind == .object,
        let place = try? Self.responseScanner.scan(text.span, in: response.range)[.usage]?.value,
        let more = adapter.usage(in: text.span.extracting(place.range))
      else { continue }
      usage.input = (usage.input ?? .zero) + (more.input ?? .zero)
      usage.output = (usage.output ?? .zero) + (more.output ?? .zero)
    }
  }
}

/// Whether anything still reads what the agent sends.
@EventLoop
private final class WayUp {
  let end = Waiter()
  var hasEnded = false
}

extension Attempt {
  /// Carries a session until one side ends it, or its budget does.
  func tunnel(_ reply: ReplyHead) async -> Ending {
    let agent = call.agent
    let upstream = upstream
    agent.send(switchingHead(reply))
    let wayUp = WayUp()
    EventLoop.spawn {
      await Self.carryUp(from: agent, to: upstream)
      wayUp.hasEnded = true
      wayUp.end.wake()
    }
    var tally = SessionTally()
    var hold = hold
    var isSpent = false
    var bytes = ByteBuffer()
    while !isSpent, !agent.isGone {
      do throws(ClientFault) {
        if case .end = try await upstream.next(body: &bytes) { break }
      } catch {
        // Nobody has said anything for a while: that is what sessions are like.
        if case .timedOut = error { continue }
        break
      }
      tally.arrived(bytes.span, from: call.dialect.adapter)
      isSpent = spends(tally.total, &hold)
      agent.stream.write(bytes.take())
      agent.stream.flush()
      do throws(ReactorError) { try await agent.keepUp() } catch { break }
    }
    if isSpent {
      plane.log.warning(
        "session ended where its budget ends",
        metadata: ["request": "\(call.id)", "backend": "\(backend)"])
      agent.send(Self.policyClose)
    }
    upstream.close()
    agent.makeLast()
    // The listener closes the connection, and hears out what the agent still sends: nobody else may read then.
    agent.stream.interrupt()
    while !wayUp.hasEnded { await wayUp.end.wait() }
    agent.stream.forgetInterruption()
    return ending(.answered, status: reply.status, usage: tally.usage)
  }

  /// Whether what is held for the session is used up and no more is to be had. Input counts as output does: nobody knows
  /// it before it is used.
  private func spends(_ total: TokenCount, _ hold: inout StreamHold?) -> Bool {
    while true {
      switch hold?.flowed(atLeast: total, seen: total) {
      case nil, .goOn: return false
      case .cut: return true
      case .grow(let more):
        hold?.grew(by: grow(by: more), seen: total)
      }
    }
  }

  private static func carryUp(from agent: AgentConnection, to upstream: ClientConnection) async {
    do {
      while let bytes = try await agent.nextBytes() { try await upstream.forward(bytes) }
    } catch { upstream.stream.interrupt() }
    upstream.stream.interrupt()
  }

  private func switchingHead(_ reply: ReplyHead) -> ByteSlice {
    var head = ByteBuffer(minimumCapacity: 512)
    head.appendStatusLine(101)
    head.append("connection: Upgrade\r\nupgrade: websocket\r\n")
    ForwardedFields.append(reply.head, to: &head) { ForwardedFields.comesDown($0, of: reply.head) }
    head.append(candidate.identityLines)
    head.append("x-ai-request-id: ")
    head.append(call.idDigits.span)
    head.append("\r\n")
    head.appendHeadEnd()
    return head.take()
  }

  /// A close frame with status 1008, policy violation (RFC 6455 7.4.1).
  private static let policyClose = {
    var frame = ByteBuffer()
    let reason = "the budget is used up"
    for byte in [0x88, UInt8(reason.utf8.count + 2), 0x03, 0xF0] { frame.append(byte: byte) }
    frame.append(reason)
    return frame.take()
  }()
}

extension Call {
  /// The target of a session behind the backend's base path, with the backend's name for the model.
  func appendSession(model: String, to head: inout ByteBuffer) {
    let query = endpoint.query
    let before = request.targetBytes.count - query.count
    endpoint.appendPath(to: &head)
    guard let range = request.queryRange(of: "model"), !model.isEmpty else { return head.append(query) }
    head.append(query.slice(0..<range.lowerBound - before))
    head.append(percentEncoded: model, keepsSlashes: true)
    head.append(query.slice(range.upperBound - before..<query.count))
  }

  /// The fields that ask to go on as a WebSocket. Browsers bring a key as one of the protocols, since they cannot set a
  /// header (`openai-insecure-api-key.KEY`): it stays here.
  func appendUpgrade(to head: inout ByteBuffer) {
    head.append("connection: Upgrade\r\nupgrade: websocket\r\n")
    let request = self.request
    guard let offered = request.head["sec-websocket-protocol"] else { return }
    let protocols = String(offered).split(separator: ",").map { $0.drop { $0 == " " } }
      .filter { !$0.hasPrefix("openai-insecure-api-key.") }
    if !protocols.isEmpty { head.appendField("sec-websocket-protocol", protocols.joined(separator: ", ")) }
  }
}
