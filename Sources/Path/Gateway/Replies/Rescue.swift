// Rescue: every way of not answering as asked, turned into a status, a body and headers. Nobody else invents one.

import Bytes
import Dialects
import Exchange
import HTTP
import JSON
import Listener
import Reactor

/// A reply the gateway makes up itself.
struct Rescue {
  let fault: Fault
  /// Further members of the error's body.
  var details: [(name: String, value: JSONValue)] = []
  /// Further header lines.
  var fields: [(name: StaticString, value: String)] = []

  var status: Int { fault.status }

  init(_ fault: Fault) {
    self.fault = fault
    if let method = fault.allowedMethod { fields.append(("allow", method)) }
  }

  init(_ error: HTTPError) {
    self.init(
      Fault(
        party: .agent, status: error.status, type: "invalid_request_error", code: "malformed_request",
        message: error.message))
  }

  /// No candidate answered, and the last one gave no reply that could be passed on.
  init(nobodyAnswered tried: [Failure], model: ModelName?) {
    let timedOut = tried.last?.trigger == .timeout
    let what = model.map { "for the model \($0)" } ?? "the request"
    let list = tried.map { "\($0.backend): \($0.reason)" }.joined(separator: "; ")
    self.init(
      Fault(
        party: .provider, status: timedOut ? 504 : 502, type: timedOut ? "timeout_error" : "server_error",
        code: timedOut ? "upstream_timeout" : "upstream_unavailable",
        message: "No backend answered \(what). Tried \(list)."))
  }

  /// Every candidate has a condition and none of them holds.
  init(noCandidateOf model: ModelName?, asked conditions: [String]) {
    let what = model.map { "the model \($0)" } ?? "the request"
    self.init(
      Fault(
        party: .gateway, status: 503, type: "server_error", code: "no_candidate",
        message: "No backend may be asked for \(what) now. They are asked under conditions: "
          + conditions.joined(separator: "; ") + "."))
  }

  func body(in dialect: Dialect) -> ByteSlice { dialect.adapter.body(of: fault, details: details) }

  /// Writes the whole reply. Without an `id` there was no request; the reply to HEAD has no body (RFC 9110 9.3.2).
  @EventLoop func write(
    to agent: AgentConnection, in dialect: Dialect, id: RequestID? = nil, tried: [Failure] = [], isHead: Bool = false
  ) {
    let body = body(in: dialect)
    var head = ByteBuffer(minimumCapacity: 384)
    head.appendStatusLine(status)
    head.append("content-type: application/json\r\n")
    for field in fields { head.appendField(field.name, field.value) }
    if !tried.isEmpty { head.appendField("x-ai-fallback", tried.map(\.summary).joined(separator: ", ")) }
    if let digits = id?.digits {
      head.appendField("x-ai-request-id", digits.span)
      head.appendField("x-request-id", digits.span)
    }
    head.appendField("content-length", decimal: body.count)
    if agent.isLast { head.append("connection: close\r\n") }
    head.appendHeadEnd()
    agent.stream.write(head.take())
    if !isHead { agent.stream.write(body) }
    agent.stream.flush()
  }

  /// What an agent is told inside a stream that had begun and cannot go on.
  static func streamFault(_ reason: String, backend: BackendName) -> Fault {
    Fault(
      party: .provider, status: 502, type: "server_error", code: "stream_interrupted",
      message: "The stream from backend \(backend) broke off: \(reason). What came before is incomplete.")
  }
}
