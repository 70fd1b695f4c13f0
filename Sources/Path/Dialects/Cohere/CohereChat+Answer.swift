// CohereChat+Answer: a whole reply of Cohere's.

import Bytes
import Conversation
import Exchange
import Hub
import JSON

extension CohereChat {
  public static func answer(from body: ByteSlice) throws(ShapeFault) -> Answer {
    let reply = try JSONValue.reply(body)
    guard let message = try reply.object("message", in: "") else {
      throw ShapeFault(path: "message", problem: "is missing")
    }
    let reason = try reply.string("finish_reason", in: "") ?? "COMPLETE"
    var parts = try content(of: message)
    if let plan = try message.string("tool_plan", in: "message"), !plan.isEmpty {
      parts.insert(.text(plan), at: parts.prefix { if case .thinking = $0.content { true } else { false } }.count)
    }
    let calls = try message.objects("tool_calls", in: "message") ?? []
    try held(calls.count + parts.count)
    for (index, call) in calls.enumerated() {
      parts.append(Part(.toolUse(try toolUse(call, at: "message.tool_calls[\(index)]"))))
    }
    for (index, value) in (try message.objects("citations", in: "message") ?? []).enumerated() {
      let cited = try CohereCitations.read(value, at: "message.citations[\(index)]")
      let texts = parts.indices.filter { if case .text = parts[$0].content { true } else { false } }
      if let place = texts.last { parts[place].citations += cited }
    }
    var choice = AnswerChoice(parts, finish(of: reason, calledTools: !calls.isEmpty))
    if let logprobs = try reply.objects("logprobs", in: "") { choice.logprobs = try CohereLogprobs.read(logprobs) }
    var answer = Answer(id: try reply.string("id", in: "") ?? "", model: "", choices: [choice])
    answer.usage = try reply.object("usage", in: "").flatMap { CohereUsage.read($0.bytes.span) }
    if failed(reason) {
      answer.failure = fault(status: nil, reason: reason, message: ProviderFault.words(in: reply["error"]))
    }
    return answer
  }

  private static func content(of message: JSONValue) throws(ShapeFault) -> [Part] {
    if let text = message["content"]?.string { return text.isEmpty ? [] : [.text(text)] }
    let given = try message.objects("content", in: "message") ?? []
    try held(given.count)
    var parts: [Part] = []
    for (index, part) in given.enumerated() {
      let path = "message.content[\(index)]"
      if let text = try part.string("text", in: path) {
        if !text.isEmpty { parts.append(.text(text)) }
      } else if let thinking = try part.string("thinking", in: path) {
        parts.append(Part(.thinking(CohereSignature.thinking(thinking, field: try part.string("signature", in: path)))))
      }
    }
    return parts
  }

  private static func toolUse(_ call: JSONValue, at path: String) throws(ShapeFault) -> ToolUse {
    guard let function = try call.object("function", in: path) else {
      throw ShapeFault(path: path + ".function", problem: "is missing")
    }
    guard let name = try function.string("name", in: path + ".function") else {
      throw ShapeFault(path: path + ".function.name", problem: "is missing")
    }
    guard let id = try call.string("id", in: path) else { throw ShapeFault(path: path + ".id", problem: "is missing") }
    return ToolUse(id: id, name: name, arguments: try function.string("arguments", in: path + ".function") ?? "")
  }

  private static func held(_ count: Int) throws(ShapeFault) {
    if count > Limits.partsMax { throw ShapeFault(path: "message", problem: "has more than \(Limits.partsMax) parts") }
  }

  /// ERROR says nothing that the words beside it do not.
  static func fault(of reason: String, _ words: String?) -> Fault {
    guard let words, !words.isEmpty else { return ProviderFault.brokenOff(reason) }
    return ProviderFault.fault(status: 502, kind: .server, message: words)
  }

  static func failed(_ reason: String) -> Bool { ["ERROR", "TIMEOUT", "USER_CANCEL"].contains(reason) }

  static func finish(of reason: String, calledTools: Bool) -> FinishReason {
    switch reason {
    case "MAX_TOKENS", "ERROR_LIMIT": .length
    case "ERROR_TOXIC": .contentFilter
    default: FinishReason.stop.calling(tools: calledTools)
    }
  }

  static func reason(of finish: FinishReason, stopSequence: String?) -> String {
    switch finish {
    case .stop: stopSequence == nil ? "COMPLETE" : "STOP_SEQUENCE"
    case .length: "MAX_TOKENS"
    case .toolUse: "TOOL_CALL"
    // What was filtered is cut short, which only an error says here.
    case .contentFilter: "ERROR"
    case .refusal, .pause: "COMPLETE"
    }
  }
}
