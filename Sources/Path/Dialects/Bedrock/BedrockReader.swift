// BedrockReader: a provider's event stream becomes events (API_runtime_ConverseStreamOutput.html).

import Anthropic
import Bytes
import Conversation
import Exchange
import HTTP
import Hub
import JSON

/// Reads messages of Amazon's event stream. A text has no start of its own; usage comes behind the end of the message.
struct BedrockReader: AnswerReader {
  /// Blocks that have begun and not ended, at one time.
  private static let openBlocksMax = 1_024

  private struct Block {
    var index: Int64
    var place: PartPlace
    var isToolUse = false
    var hasGrown = false
  }

  private enum Name: String, FieldName {
    case start, delta, stopReason, usage
    case index = "contentBlockIndex"
  }
  private enum DeltaName: String, FieldName { case text, toolUse, reasoningContent, citation, image }
  private enum InnerName: String, FieldName { case input, text, signature, redactedContent }
  private static let scanner = FieldScanner<Name>()
  private static let deltaScanner = FieldScanner<DeltaName>()
  private static let innerScanner = FieldScanner<InnerName>()

  private var framing = AmazonEventDecoder()
  private var hasBegun = false
  private var hasFinished = false
  private var hasEnded = false
  /// The answer was broken off; its usage comes behind that.
  private var failure: Fault?
  private var open: [Block] = []
  /// What pictures that have begun are.
  private var imageFormats: [Int64: String] = [:]
  private var partCount = 0
  private var calls = 0

  mutating func read(_ bytes: inout ByteBuffer, hasEnded isOver: Bool) throws(ShapeFault) -> [AnswerEvent] {
    var events: [AnswerEvent] = []
    while let message = try next(from: &bytes) { try take(message, into: &events) }
    // The message was whole; only what it cost is missing.
    if isOver, hasFinished, bytes.isEmpty { conclude(&events) }
    return events
  }

  private mutating func next(from bytes: inout ByteBuffer) throws(ShapeFault) -> AmazonEvent? {
    do throws(HTTPError) { return try framing.next(from: &bytes) } catch {
      throw ShapeFault(path: "", problem: "is no event stream: \(error.message)")
    }
  }

  private mutating func take(_ message: AmazonEvent, into events: inout [AnswerEvent]) throws(ShapeFault) {
    if hasEnded { return }
    let kind = message.messageType
    if !kind.span.equals("event") {
      let name = message.text(":exception-type") ?? message.text(":error-code") ?? ByteSlice()
      events.append(.failed(BedrockConverse.fault(exception: String(name.span), payload: message.payload)))
      hasEnded = true
      return
    }
    let payload = message.payload
    let text = payload.span
    let fields: FieldTable<Name>
    do throws(JSONError) { fields = try Self.scanner.scan(text) } catch {
      throw ShapeFault(path: "", problem: "has an event that is not JSON: \(error.description)")
    }
    func value(_ name: Name) -> JSONValue? {
      guard let found = fields[name]?.value, found.kind == .object else { return nil }
      return try? JSONValue.parse(payload.span.extracting(found.range))
    }
    let index = fields[.index]?.value.integer(in: text) ?? 0
    if !hasBegun {
      hasBegun = true
      events.append(.began(AnswerStart(id: BedrockConverse.identifier(of: message.raw), model: "")))
    }
    let type = message.eventType
    if type.span.equals("contentBlockDelta") {
      if let delta = fields[.delta]?.value, delta.kind == .object { try grow(index, delta, in: payload, into: &events) }
    } else if type.span.equals("contentBlockStart") {
      try start(index, value(.start), into: &events)
    } else if type.span.equals("contentBlockStop") {
      end(index, into: &events)
    } else if type.span.equals("messageStop") {
      finish(fields[.stopReason]?.value.string(in: text), into: &events)
    } else if type.span.equals("metadata") {
      if let usage = value(.usage).flatMap({ BedrockUsage.read($0.bytes.span) }) {
        events.append(.usageReported(usage))
      }
      if hasFinished { conclude(&events) }
    }
  }

  // MARK: blocks

  private mutating func start(
    _ index: Int64, _ start: JSONValue?, into events: inout [AnswerEvent]
  ) throws(ShapeFault) {
    end(index, into: &events)
    imageFormats[index] = start?["image"]?["format"]?.string
    guard let use = start?["toolUse"], use.kind == .object else { return }
    guard let id = use["toolUseId"]?.string, let name = use["name"]?.string else {
      throw ShapeFault(path: "start.toolUse", problem: "must have a toolUseId and a name")
    }
    // Tools that the provider runs itself are not the agent's.
    if BedrockConverse.isProviders(use) { return }
    try open(.toolUse(id: id, name: name, signature: nil), at: index, into: &events)
    calls += 1
  }

  private mutating func open(
    _ start: PartStart, at index: Int64, into events: inout [AnswerEvent]
  ) throws(ShapeFault) {
    if hasFinished { return }
    if open.count == Self.openBlocksMax {
      throw ShapeFault(path: "", problem: "has more than \(Self.openBlocksMax) open content blocks")
    }
    var block = Block(index: index, place: PartPlace(part: partCount))
    if case .toolUse = start { block.isToolUse = true }
    open.append(block)
    partCount += 1
    events.append(.partBegan(start, at: block.place))
  }

  private mutating func grow(
    _ index: Int64, _ delta: ScannedValue, in payload: ByteSlice, into events: inout [AnswerEvent]
  ) throws(ShapeFault) {
    let bytes = payload.span
    guard let fields = try? Self.deltaScanner.scan(bytes, in: delta.range) else { return }
    if let text = fields[.text]?.value.string(in: bytes) {
      try grow(.text(text), as: .text, at: index, into: &events)
    } else if let inner = fields[.toolUse]?.value, inner.kind == .object {
      let piece = (try? Self.innerScanner.scan(bytes, in: inner.range))?[.input]?.value.string(in: bytes) ?? ""
      if !piece.isEmpty { try grow(.arguments(piece), as: nil, at: index, into: &events) }
    } else if let inner = fields[.reasoningContent]?.value, inner.kind == .object {
      guard let said = try? Self.innerScanner.scan(bytes, in: inner.range) else { return }
      if let text = said[.text]?.value.string(in: bytes) {
        try grow(.text(text), as: .thinking, at: index, into: &events)
      }
      if let signature = said[.signature]?.value.string(in: bytes), !signature.isEmpty {
        let growth = PartGrowth.signature(Signature(shown: signature, native: .claude))
        try grow(growth, as: .thinking, at: index, into: &events)
      }
      if let data = said[.redactedContent]?.value.string(in: bytes) {
        try open(.redactedThinking(BedrockBlock.signature(redacted: data)), at: index, into: &events)
      }
    } else if let image = fields[.image]?.value, image.kind == .object, let format = imageFormats[index],
      let type = BedrockFormat.mediaType(of: format, .image),
      let data = (try? JSONValue.parse(bytes.extracting(image.range)))?["source"]?["bytes"]?.string,
      let media = MadeMedia(base64: data, mediaType: type)
    {
      try open(.media(media), at: index, into: &events)
    } else if let citation = fields[.citation]?.value, citation.kind == .object,
      let value = try? JSONValue.parse(bytes.extracting(citation.range)),
      let found = BedrockCitation.citation(value)
    {
      try grow(.citation(found), as: .text, at: index, into: &events)
    }
  }

  /// - Parameter start: what begins where nothing has begun; nil for what must have.
  private mutating func grow(
    _ growth: PartGrowth, as start: PartStart?, at index: Int64, into events: inout [AnswerEvent]
  ) throws(ShapeFault) {
    if !open.contains(where: { $0.index == index }) {
      guard let start else { return }
      try open(start, at: index, into: &events)
    }
    guard let position = open.firstIndex(where: { $0.index == index }) else { return }
    open[position].hasGrown = true
    events.append(.partGrew(growth, at: open[position].place))
  }

  private mutating func end(_ index: Int64, into events: inout [AnswerEvent]) {
    while let position = open.firstIndex(where: { $0.index == index }) {
      end(open.remove(at: position), into: &events)
    }
  }

  private func end(_ block: Block, into events: inout [AnswerEvent]) {
    // A call without arguments has those of an empty object, which agents can read.
    if block.isToolUse, !block.hasGrown { events.append(.partGrew(.arguments("{}"), at: block.place)) }
    events.append(.partEnded(at: block.place))
  }

  private mutating func finish(_ reason: String?, into events: inout [AnswerEvent]) {
    if hasFinished { return }
    hasFinished = true
    failure = BedrockConverse.failure(reason)
    if failure != nil { return }
    for block in open { end(block, into: &events) }
    open = []
    let actual = BedrockConverse.finish(reason).calling(tools: calls > 0)
    events.append(.choiceFinished(actual, stopSequence: nil, choice: 0))
  }

  private mutating func conclude(_ events: inout [AnswerEvent]) {
    if hasEnded { return }
    hasEnded = true
    events.append(failure.map { .failed($0) } ?? .ended)
  }
}
