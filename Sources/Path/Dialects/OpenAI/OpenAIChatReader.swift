// OpenAIChatReader: a provider's stream of chunks is read, and what copies of OpenAI make of it.

import Bytes
import Conversation
import Exchange
import HTTP
import Hub
import JSON

extension OpenAIChat {
  public static func reader() -> any AnswerReader { OpenAIChatReader() }
}

/// Finds what a chunk says without building a tree. The stream has ended where `[DONE]` says so, or where it stops after
/// every choice was told why it finished: some servers leave `[DONE]` out.
struct OpenAIChatReader: AnswerReader {
  private enum Name: String, FieldName {
    case id, model, created, choices, usage, error, object, message
  }
  private enum ChoiceName: String, FieldName {
    case index, delta, logprobs, error
    case finishReason = "finish_reason"
    // What an answer to a request that was not to be streamed has in the place of `delta`.
    case message
  }

  private static let scanner = FieldScanner<Name>()
  private static let choiceScanner = FieldScanner<ChoiceName>()

  private let decoder = ServerSentEvents()
  private var id = ""
  private var hasBegun = false
  private var isOver = false
  private var usage: Usage?
  /// Reported behind a choice's end, and told behind it too.
  private var isUsageKept = false
  private var choices: [ChoiceReading] = []

  mutating func read(_ bytes: inout ByteBuffer, hasEnded: Bool) throws(ShapeFault) -> [AnswerEvent] {
    var events: [AnswerEvent] = []
    while !isOver, let event = try decoder.next(from: &bytes, hasEnded: hasEnded) {
      if !event.isComment {
        try read(event.data, &events)
      } else if event.raw.span.contains(":") {
        events.append(.idled)
      }
    }
    if hasEnded, !isOver, hasBegun, !choices.isEmpty, choices.allSatisfy(\.isFinished) { end(&events) }
    return events
  }

  private mutating func read(_ data: ByteSlice, _ events: inout [AnswerEvent]) throws(ShapeFault) {
    let text = data.span
    if text.equals("[DONE]") {
      if choices.isEmpty { throw ShapeFault(path: "", problem: "ended before it said anything") }
      return end(&events)
    }
    do throws(JSONError) {
      let fields = try Self.scanner.scan(text)
      if try fails(fields, data, &events) { return }
      try read(fields, data, &events)
    } catch {
      throw ShapeFault(path: "", problem: "has an event that is not JSON: \(error.description)")
    }
  }

  private mutating func end(_ events: inout [AnswerEvent]) {
    isOver = true
    let failure = choices.lazy.compactMap(\.failure).first
    if failure == nil {
      for number in choices.indices { choices[number].end(number, &events) }
    }
    if isUsageKept, let usage { events.append(.usageReported(usage)) }
    events.append(failure.map { .failed($0) } ?? .ended)
  }

  /// An error in the place of a chunk.
  private mutating func fails(
    _ fields: FieldTable<Name>, _ data: ByteSlice, _ events: inout [AnswerEvent]
  ) throws(JSONError) -> Bool {
    let text = data.span
    let hasError = fields[.error].map { $0.value.kind != .null } ?? false
    let isError = fields[.object]?.value.string(in: text) == "error" && fields[.message] != nil
    guard hasError || isError else { return false }
    isOver = true
    events.append(.failed(OpenAIChat.fault(status: nil, in: try JSONValue.parse(text))))
    return true
  }

  private mutating func read(
    _ fields: FieldTable<Name>, _ data: ByteSlice, _ events: inout [AnswerEvent]
  ) throws(JSONError) {
    let text = data.span
    if let array = fields[.choices]?.value, array.kind == .array {
      var elements = ArrayScanner(array)
      var number = 0
      while let element = try elements.next(in: text) {
        // Azure's first chunk says what its filters found, and has no choice.
        if !hasBegun { begin(fields, text, &events) }
        if element.kind == .object { try read(choice: element, number, data, &events) }
        number += 1
      }
    }
    if let value = fields[.usage]?.value, value.kind == .object {
      let reported = ReportedUsage.read(text.extracting(value.range))
      if let reported, reported != usage {
        if !hasBegun { begin(fields, text, &events) }
        usage = reported
        isUsageKept = choices.contains(where: \.isFinished)
        if !isUsageKept { events.append(.usageReported(reported)) }
      }
    }
  }

  private mutating func begin(_ fields: FieldTable<Name>, _ text: Span<UInt8>, _ events: inout [AnswerEvent]) {
    hasBegun = true
    id = fields[.id]?.value.string(in: text) ?? ""
    let model = fields[.model]?.value.string(in: text) ?? ""
    events.append(.began(AnswerStart(id: id, model: model, createdAt: fields[.created]?.value.integer(in: text))))
  }

  private mutating func read(
    choice: ScannedValue, _ place: Int, _ data: ByteSlice, _ events: inout [AnswerEvent]
  ) throws(JSONError) {
    let text = data.span
    let fields = try Self.choiceScanner.scan(text, in: choice.range)
    let index = fields[.index]?.value.integer(in: text) ?? Int64(place)
    guard (0..<OpenAIChat.Limits.choicesMax).contains(index) else { return }
    let number = Int(index)
    while choices.count <= number { choices.append(ChoiceReading()) }
    if let delta = (fields[.delta] ?? fields[.message])?.value, delta.kind == .object {
      try choices[number].read(delta, of: data, in: id, number, &events)
    }
    if let logprobs = fields[.logprobs]?.value, logprobs.kind == .object {
      choices[number].take(logprobs: try JSONValue.parse(text.extracting(logprobs.range)), number, &events)
    }
    if let reason = fields[.finishReason]?.value.string(in: text), !reason.isEmpty, reason != "null" {
      let error = fields[.error]?.value
      let said = error?.kind == .object ? try JSONValue.parse(text.extracting(error!.range)) : nil
      choices[number].finish(reason, said)
    }
  }
}
