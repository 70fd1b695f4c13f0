// CohereReader: Cohere's stream becomes events (docs.cohere.com/docs/streaming).

import Bytes
import Conversation
import Exchange
import HTTP
import Hub
import JSON

/// Contents and calls are numbered apart; here they share one count, in the order in which they began.
struct CohereReader: AnswerReader {
  private var stream = ServerSentEvents()
  private var hasBegun = false
  private var hasEnded = false
  private var partCount = 0
  private var calledTools = false
  /// Where each part stands that grows, by Cohere's number for it.
  private var contents: [Int64: Open] = [:]
  private var calls: [Int64: Int] = [:]
  /// The plan has no number and no end of its own.
  private var plan: Int?

  private struct Open {
    var part: Int
    var isThinking: Bool
  }

  mutating func read(_ bytes: inout ByteBuffer, hasEnded: Bool) throws(ShapeFault) -> [AnswerEvent] {
    var events: [AnswerEvent] = []
    while let event = try stream.next(from: &bytes, hasEnded: hasEnded) {
      if self.hasEnded || event.data.span.equals("[DONE]") { continue }
      if event.data.isEmpty {
        events.append(.idled)
      } else if let (text, number) = CohereDelta.text(event.data), let open = contents[number], !open.isThinking {
        events.append(.partGrew(.text(text), at: PartPlace(part: open.part)))
      } else {
        try read(event.data, &events)
      }
    }
    return events
  }

  private mutating func read(_ data: ByteSlice, _ events: inout [AnswerEvent]) throws(ShapeFault) {
    let event = try JSONValue.reply(data)
    guard let type = try event.string("type", in: "") else {
      // An error has a message and no type.
      guard let message = try event.string("message", in: "") else {
        throw ShapeFault(path: "type", problem: "is missing")
      }
      return fail(CohereChat.fault(status: nil, reason: nil, message: message), &events)
    }
    let delta = try event.object("delta", in: "")
    if !hasBegun, type != "debug" {
      hasBegun = true
      events.append(.began(AnswerStart(id: try event.string("id", in: "") ?? "", model: "")))
    }
    let message = try delta?.object("message", in: "delta")
    let number = try event.integer("index", in: "") ?? 0
    switch type {
    case "content-start", "content-delta":
      if let content = try message?.object("content", in: "delta.message") {
        try read(content, number, &events)
      }
      if let item = try event.object("logprobs", in: ""), let open = contents[number] {
        events.append(.partGrew(.logprobs(try CohereLogprobs.read([item])), at: PartPlace(part: open.part)))
      }
    case "content-end":
      if let open = contents.removeValue(forKey: number) { events.append(.partEnded(at: PartPlace(part: open.part))) }
    case "tool-plan-delta":
      if let text = try message?.string("tool_plan", in: "delta.message"), !text.isEmpty { grow(plan: text, &events) }
    case "tool-call-start": try startCall(message, number, &events)
    case "tool-call-delta":
      let call = try message?.object("tool_calls", in: "delta.message")
      let function = try call?.object("function", in: "delta.message.tool_calls")
      grow(call: number, try function?.string("arguments", in: "delta.message.tool_calls.function") ?? "", &events)
    case "tool-call-end":
      if let part = calls.removeValue(forKey: number) { events.append(.partEnded(at: PartPlace(part: part))) }
    case "citation-start": try cite(message, &events)
    case "message-end": try end(delta, &events)
    default: break
    }
  }

  // MARK: parts

  private mutating func begin(_ start: PartStart, _ events: inout [AnswerEvent]) -> Int {
    endPlan(&events)
    events.append(.partBegan(start, at: PartPlace(part: partCount)))
    partCount += 1
    return partCount - 1
  }

  /// Text or thinking, at its start, which may hold some of it already, or later.
  private mutating func read(
    _ content: JSONValue, _ number: Int64, _ events: inout [AnswerEvent]
  ) throws(ShapeFault) {
    let path = "delta.message.content"
    let text = try content.string("text", in: path)
    let thinking = try content.string("thinking", in: path)
    let signature = try content.string("signature", in: path)
    let type = try content.string("type", in: path)
    let isThinking = type == "thinking" || type == nil && text == nil && (thinking != nil || signature != nil)
    var open = contents[number]
    if let found = open, isThinking != found.isThinking, type != nil || text != nil || thinking != nil {
      events.append(.partEnded(at: PartPlace(part: found.part)))
      open = nil
    }
    if open == nil {
      let part = begin(isThinking ? .thinking : .text, &events)
      open = Open(part: part, isThinking: isThinking)
      contents[number] = open
    }
    let place = PartPlace(part: open!.part)
    if let grown = isThinking ? thinking : text, !grown.isEmpty { events.append(.partGrew(.text(grown), at: place)) }
    if let signature = CohereSignature.thinking("", field: signature).signature {
      events.append(.partGrew(.signature(signature), at: place))
    }
  }

  private mutating func grow(plan text: String, _ events: inout [AnswerEvent]) {
    if plan == nil { plan = begin(.text, &events) }
    events.append(.partGrew(.text(text), at: PartPlace(part: plan!)))
  }

  private mutating func endPlan(_ events: inout [AnswerEvent]) {
    if let plan { events.append(.partEnded(at: PartPlace(part: plan))) }
    plan = nil
  }

  private mutating func startCall(
    _ message: JSONValue?, _ number: Int64, _ events: inout [AnswerEvent]
  ) throws(ShapeFault) {
    let path = "delta.message.tool_calls"
    guard let call = try message?.object("tool_calls", in: "delta.message") else {
      throw ShapeFault(path: path, problem: "is missing")
    }
    let function = try call.object("function", in: path)
    guard let id = try call.string("id", in: path), let name = try function?.string("name", in: path + ".function")
    else {
      throw ShapeFault(path: path, problem: "lacks an id or a name")
    }
    if let part = calls.removeValue(forKey: number) { events.append(.partEnded(at: PartPlace(part: part))) }
    calledTools = true
    calls[number] = begin(.toolUse(id: id, name: name, signature: nil), &events)
    grow(call: number, try function?.string("arguments", in: path + ".function") ?? "", &events)
  }

  private func grow(call number: Int64, _ arguments: String, _ events: inout [AnswerEvent]) {
    guard let part = calls[number], !arguments.isEmpty else { return }
    events.append(.partGrew(.arguments(arguments), at: PartPlace(part: part)))
  }

  /// Citations are of the text that grows; one that comes when none does has no place.
  private func cite(_ message: JSONValue?, _ events: inout [AnswerEvent]) throws(ShapeFault) {
    guard let value = try message?.object("citations", in: "delta.message"),
      let open = contents.values.filter({ !$0.isThinking }).map(\.part).max() ?? plan
    else { return }
    for citation in try CohereCitations.read(value, at: "delta.message.citations") {
      events.append(.partGrew(.citation(citation), at: PartPlace(part: open)))
    }
  }

  // MARK: the end

  private mutating func end(_ delta: JSONValue?, _ events: inout [AnswerEvent]) throws(ShapeFault) {
    let reason = try delta?.string("finish_reason", in: "delta") ?? "COMPLETE"
    let error = try delta?.string("error", in: "delta")
    let usage = try delta?.object("usage", in: "delta").flatMap { CohereUsage.read($0.bytes.span) }
    if CohereChat.failed(reason) {
      if let usage { events.append(.usageReported(usage)) }
      return fail(CohereChat.fault(status: nil, reason: reason, message: error ?? ""), &events)
    }
    endPlan(&events)
    for part in (contents.values.map(\.part) + calls.values).sorted() {
      events.append(.partEnded(at: PartPlace(part: part)))
    }
    contents = [:]
    calls = [:]
    let finish = CohereChat.finish(of: reason, calledTools: calledTools)
    events.append(.choiceFinished(finish, stopSequence: nil, choice: 0))
    if let usage { events.append(.usageReported(usage)) }
    events.append(.ended)
    hasEnded = true
  }

  private mutating func fail(_ fault: Fault, _ events: inout [AnswerEvent]) {
    events.append(.failed(fault))
    hasEnded = true
  }
}

extension CohereChat {
  public static func reader() -> any AnswerReader { CohereReader() }
}
