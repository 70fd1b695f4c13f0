// AnthropicReader: a provider's message stream becomes events (platform.claude.com/docs/en/build-with-claude/streaming).

import Bytes
import Conversation
import Exchange
import HTTP
import Hub
import JSON

struct AnthropicReader: AnswerReader {
  private let framing = ServerSentEvents()
  private var events = AnthropicEvents()

  mutating func read(_ bytes: inout ByteBuffer, hasEnded: Bool) throws(ShapeFault) -> [AnswerEvent] {
    var found: [AnswerEvent] = []
    while let event = try framing.next(from: &bytes, hasEnded: hasEnded) { try events.take(event, into: &found) }
    return found
  }
}

/// What a stream's events mean, one after the other.
struct AnthropicEvents {
  /// Blocks that have begun and not ended, at one time.
  private static let openBlocksMax = 1_024

  private struct Block {
    var index: Int64
    var place: PartPlace
    var isToolUse = false
    /// Arguments that came with the start of the block, which only some servers send.
    var arguments: String?
    var hasGrown = false
  }

  private enum Name: String, FieldName {
    case type, index, delta, message, usage, error
    case block = "content_block"
  }
  private enum DeltaName: String, FieldName {
    case type, text, thinking, signature, citation
    case partialJSON = "partial_json"
    case stopReason = "stop_reason"
    case stopSequence = "stop_sequence"
  }
  private static let scanner = FieldScanner<Name>()
  private static let deltaScanner = FieldScanner<DeltaName>()

  private var hasBegun = false
  private var hasFinished = false
  private var hasEnded = false
  private var open: [Block] = []
  private var partCount = 0
  private var calls = 0
  /// What has been reported so far.
  private var usage: Usage?

  mutating func take(_ block: ServerSentEvent, into events: inout [AnswerEvent]) throws(ShapeFault) {
    if hasEnded { return }
    if block.isComment { return events.append(.idled) }
    let data = block.data
    let text = data.span
    let fields: FieldTable<Name>
    do throws(JSONError) { fields = try Self.scanner.scan(text) } catch {
      throw ShapeFault(path: "", problem: "has an event that is not JSON: \(error.description)")
    }
    func value(_ name: Name) -> JSONValue? {
      guard let found = fields[name]?.value, found.kind == .object else { return nil }
      return try? JSONValue.parse(data.span.extracting(found.range))
    }
    let index = fields[.index]?.value.integer(in: text) ?? 0
    switch fields[.type]?.value.string(in: text) {
    case "content_block_delta":
      if let delta = fields[.delta]?.value, delta.kind == .object { try grow(index, delta, in: data, into: &events) }
    case "message_start":
      let message = value(.message)
      begin(id: message?["id"]?.string, model: message?["model"]?.string, into: &events)
      report(message?["usage"], into: &events)
    case "content_block_start": try start(index, value(.block), into: &events)
    case "content_block_stop": end(index, into: &events)
    case "message_delta":
      begin(into: &events)
      if let delta = value(.delta), let reason = delta["stop_reason"]?.string {
        finish(AnthropicMessages.finish(reason), stopSequence: delta["stop_sequence"]?.string, into: &events)
      }
      report(value(.usage), into: &events)
    case "message_stop":
      // A stream that is nothing but its end is no answer.
      guard hasBegun else { return }
      finish(.stop, stopSequence: nil, into: &events)
      events.append(.ended)
      hasEnded = true
    case "error":
      events.append(.failed(AnthropicMessages.fault(status: nil, value(.error))))
      hasEnded = true
    // Pings, and kinds of events that come later, which clients must expect.
    default: events.append(.idled)
    }
  }

  private mutating func begin(id: String? = nil, model: String? = nil, into events: inout [AnswerEvent]) {
    if hasBegun { return }
    hasBegun = true
    events.append(.began(AnswerStart(id: id ?? "", model: model ?? "")))
  }

  private mutating func start(
    _ index: Int64, _ block: JSONValue?, into events: inout [AnswerEvent]
  ) throws(ShapeFault) {
    begin(into: &events)
    end(index, into: &events)
    guard !hasFinished, let block else { return }
    if open.count == Self.openBlocksMax {
      throw ShapeFault(path: "", problem: "has more than \(Self.openBlocksMax) open content blocks")
    }
    var opened = Block(index: index, place: PartPlace(part: partCount))
    var first: PartGrowth?
    switch block["type"]?.string {
    case "text":
      events.append(.partBegan(.text, at: opened.place))
      first = block["text"]?.string.map { .text($0) }
    case "thinking":
      events.append(.partBegan(.thinking, at: opened.place))
      first = block["thinking"]?.string.map { .text($0) }
    case "redacted_thinking":
      let data = Signature(shown: block["data"]?.string ?? "", native: .claude)
      events.append(.partBegan(.redactedThinking(data), at: opened.place))
    case "tool_use":
      guard let id = block["id"]?.string, let name = block["name"]?.string else {
        throw ShapeFault(path: "content_block", problem: "of a tool must have an id and a name")
      }
      events.append(.partBegan(.toolUse(id: id, name: name, signature: nil), at: opened.place))
      opened.isToolUse = true
      if let input = block["input"], input.kind == .object { opened.arguments = input.text }
      calls += 1
    // What the provider's own tools say is not the agent's to know.
    default: return
    }
    partCount += 1
    if let first, case .text(let text) = first, !text.isEmpty { events.append(.partGrew(first, at: opened.place)) }
    open.append(opened)
  }

  private mutating func grow(
    _ index: Int64, _ delta: ScannedValue, in data: ByteSlice, into events: inout [AnswerEvent]
  ) throws(ShapeFault) {
    guard let position = open.firstIndex(where: { $0.index == index }) else { return }
    let text = data.span
    guard let fields = try? Self.deltaScanner.scan(text, in: delta.range) else { return }
    let growth: PartGrowth?
    switch fields[.type]?.value.string(in: text) {
    case "text_delta": growth = fields[.text]?.value.string(in: text).map { .text($0) }
    case "thinking_delta": growth = fields[.thinking]?.value.string(in: text).map { .text($0) }
    case "input_json_delta":
      let piece = fields[.partialJSON]?.value.string(in: text) ?? ""
      growth = piece.isEmpty ? nil : .arguments(piece)
    case "signature_delta":
      let signature = fields[.signature]?.value.string(in: text) ?? ""
      growth = signature.isEmpty ? nil : .signature(Signature(shown: signature, native: .claude))
    case "citations_delta":
      let citation = fields[.citation]?.value
      let value = citation?.kind == .object ? try? JSONValue.parse(text.extracting(citation!.range)) : nil
      growth = value.flatMap(AnthropicCitation.citation).map { .citation($0) }
    default: growth = nil
    }
    guard let growth else { return }
    open[position].hasGrown = true
    events.append(.partGrew(growth, at: open[position].place))
  }

  private mutating func end(_ index: Int64, into events: inout [AnswerEvent]) {
    guard let position = open.firstIndex(where: { $0.index == index }) else { return }
    end(open.remove(at: position), into: &events)
  }

  private func end(_ block: Block, into events: inout [AnswerEvent]) {
    // A call without arguments has those of an empty object, which agents can read.
    if block.isToolUse, !block.hasGrown {
      events.append(.partGrew(.arguments(block.arguments ?? "{}"), at: block.place))
    }
    events.append(.partEnded(at: block.place))
  }

  private mutating func finish(_ reason: FinishReason, stopSequence: String?, into events: inout [AnswerEvent]) {
    if hasFinished { return }
    hasFinished = true
    for block in open { end(block, into: &events) }
    open = []
    let actual = reason.calling(tools: calls > 0)
    events.append(.choiceFinished(actual, stopSequence: stopSequence, choice: 0))
  }

  private mutating func report(_ value: JSONValue?, into events: inout [AnswerEvent]) {
    guard let value else { return }
    guard let reported = ReportedUsage.read(value) else { return }
    let known = usage?.updated(by: reported) ?? reported
    usage = known
    events.append(.usageReported(known))
  }
}
