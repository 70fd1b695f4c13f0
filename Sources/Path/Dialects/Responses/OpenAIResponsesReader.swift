// OpenAIResponsesReader: a provider's stream of events is read (`ResponseStreamEvent` of OpenAI's SDK).

import Bytes
import Conversation
import Exchange
import HTTP
import Hub
import JSON
import OpenAI

extension OpenAIResponses {
  public static func reader() -> any AnswerReader { OpenAIResponsesReader() }
}

/// Deltas are found without building a tree; what begins and ends items comes seldom. Events nobody knows are passed over.
struct OpenAIResponsesReader: AnswerReader {
  private enum Name: String, FieldName {
    case type, delta, item, response, annotation, error
    case outputIndex = "output_index"
    case contentIndex = "content_index"
    case summaryIndex = "summary_index"
  }

  private static let scanner = FieldScanner<Name>()

  private let decoder = ServerSentEvents()
  private var output = OutputReading()
  private var hasBegun = false
  private var isOver = false

  mutating func read(_ bytes: inout ByteBuffer, hasEnded: Bool) throws(ShapeFault) -> [AnswerEvent] {
    var events: [AnswerEvent] = []
    while !isOver, let event = try decoder.next(from: &bytes, hasEnded: hasEnded) {
      if event.isComment {
        if event.raw.span.contains(":") { events.append(.idled) }
        continue
      }
      // Not this dialect's, but proxies do end their streams with it.
      if event.data.span.equals("[DONE]") { continue }
      do throws(JSONError) {
        try read(event.data, &events)
      } catch {
        throw ShapeFault(path: "", problem: "has an event that is not JSON: \(error.description)")
      }
    }
    return events
  }

  private mutating func read(_ data: ByteSlice, _ events: inout [AnswerEvent]) throws(JSONError) {
    let text = data.span
    let fields = try Self.scanner.scan(text)
    let type = fields[.type]?.value.string(in: text) ?? ""
    if type == "error" || fields[.error].map({ $0.value.kind != .null }) ?? false {
      return fail(try JSONValue.parse(text), &events)
    }
    let response = try object(fields[.response], text)
    switch type {
    case "response.created", "response.in_progress", "response.queued": return begin(response, &events)
    case "response.failed", "response.cancelled":
      guard let response else { return fail(.object([]), &events) }
      return fail(response, &events)
    case "response.completed", "response.incomplete": return end(response, &events)
    default: break
    }
    let place = OutputPlace(
      output: fields[.outputIndex]?.value.integer(in: text) ?? 0,
      content: fields[.contentIndex]?.value.integer(in: text) ?? 0)
    guard let happening = OutputHappening(rawValue: type) else { return }
    begin(nil, &events)
    switch happening {
    case .itemBegan:
      if let item = try object(fields[.item], text) { output.begin(item, at: place.output, &events) }
    case .itemDone:
      if let item = try object(fields[.item], text) { output.end(item, at: place.output, &events) }
    case .textGrew, .refusalGrew, .summaryGrew, .thoughtGrew, .argumentsGrew:
      guard let delta = fields[.delta]?.value.string(in: text) else { return }
      let paragraph = fields[.summaryIndex]?.value.integer(in: text) ?? place.content
      output.grow(happening, delta, at: place, paragraph: paragraph, &events)
    case .textCited:
      if let annotation = try object(fields[.annotation], text) { output.cite(annotation, at: place, &events) }
    case .contentDone: output.endContent(at: place, &events)
    }
  }

  private func object(_ field: Field?, _ text: Span<UInt8>) throws(JSONError) -> JSONValue? {
    guard let value = field?.value, value.kind == .object else { return nil }
    return try JSONValue.parse(text.extracting(value.range))
  }

  // MARK: the reply

  private mutating func begin(_ response: JSONValue?, _ events: inout [AnswerEvent]) {
    if hasBegun { return }
    hasBegun = true
    events.append(
      .began(
        AnswerStart(
          id: response?["id"]?.string ?? "", model: response?["model"]?.string ?? "",
          createdAt: response?["created_at"].flatMap { OpenAIResponses.seconds($0) })))
  }

  private mutating func end(_ response: JSONValue?, _ events: inout [AnswerEvent]) {
    begin(response, &events)
    let usage = ReportedUsage.read(response?["usage"])
    let status = response?["status"]?.string
    if let response, let failure = OpenAIResponses.failure(status: status, response) {
      if let usage { events.append(.usageReported(usage)) }
      isOver = true
      return events.append(.failed(failure))
    }
    output.endAll(&events)
    let reason = response?["incomplete_details"]?["reason"]?.string
    let finish = OpenAIResponses.finish(
      status: status, incomplete: reason, hasCalls: output.hasCalls, hasRefusal: output.hasRefusal)
    events.append(.choiceFinished(finish, stopSequence: nil, choice: 0))
    if let usage { events.append(.usageReported(usage)) }
    isOver = true
    events.append(.ended)
  }

  /// An event `error` says it in itself or in its `error`; a failed response in the latter.
  private mutating func fail(_ value: JSONValue, _ events: inout [AnswerEvent]) {
    isOver = true
    if let usage = ReportedUsage.read(value["usage"]), hasBegun { events.append(.usageReported(usage)) }
    let error = value.given("error")
    if error == nil, let status = value["status"]?.string {
      return events.append(.failed(ProviderFault.brokenOff(status)))
    }
    events.append(.failed(OpenAIChat.fault(status: nil, in: error ?? value)))
  }
}
