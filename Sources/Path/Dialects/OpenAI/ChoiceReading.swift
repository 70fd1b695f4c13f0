// ChoiceReading: one choice of a stream of chunks: which of its parts are growing.

import Bytes
import Conversation
import Exchange
import Hub
import JSON

/// Deltas say what was added, not to which part: a part begins where another kind of content comes. Calls of tools are told
/// apart by their index, and stay open until their arguments are whole, since their deltas may be interleaved. What comes
/// behind the reason for which the choice finished belongs to it all the same.
struct ChoiceReading {
  private enum Name: String, FieldName {
    case content, refusal, reasoning, annotations, images, audio
    case reasoningContent = "reasoning_content"
    case thinkingBlocks = "thinking_blocks"
    case toolCalls = "tool_calls"
    case functionCall = "function_call"
  }
  private enum Kind { case text, thinking, refusal }

  private static let scanner = FieldScanner<Name>()

  /// Why it finished, once that is said.
  private var reason: String?
  /// It was broken off.
  private(set) var failure: Fault?
  private var partCount = 0
  /// The text, thinking or refusal that grows.
  private var open: (kind: Kind, part: Int)?
  private var hasThinkingText = false
  private var hasRefusal = false
  private var calls = CallReading()

  var isFinished: Bool { reason != nil }

  mutating func read(
    _ delta: ScannedValue, of data: ByteSlice, in id: String, _ choice: Int, _ events: inout [AnswerEvent]
  ) throws(JSONError) {
    let text = data.span
    let fields = try Self.scanner.scan(text, in: delta.range)
    // OpenRouter says the same in both.
    if let thought = said(fields[.reasoningContent], text) ?? said(fields[.reasoning], text) {
      grow(.thinking, thought, choice, &events)
    }
    if let blocks = fields[.thinkingBlocks]?.value, blocks.kind == .array {
      try read(blocks: JSONValue.parse(text.extracting(blocks.range)), choice, &events)
    }
    if let content = said(fields[.content], text) {
      grow(.text, content, choice, &events)
    } else if let content = fields[.content]?.value, content.kind == .array {
      try read(parts: JSONValue.parse(text.extracting(content.range)), choice, &events)
    }
    if let refusal = said(fields[.refusal], text) { grow(.refusal, refusal, choice, &events) }
    for name in [Name.images, .audio] {
      guard let value = fields[name]?.value, value.kind == (name == .images ? .array : .object) else { continue }
      let media = JSONValue.object([(name.rawValue, try JSONValue.parse(text.extracting(value.range)))])
      read(media: media, choice, &events)
    }
    if let annotations = fields[.annotations]?.value, annotations.kind == .array {
      try read(annotations: JSONValue.parse(text.extracting(annotations.range)), choice, &events)
    }
    if let value = fields[.toolCalls]?.value, value.kind == .array {
      var elements = ArrayScanner(value)
      while let call = try elements.next(in: text) {
        if call.kind != .object { continue }
        try take(call, isLegacy: false, data, id, choice, &events)
      }
    }
    if let call = fields[.functionCall]?.value, call.kind == .object {
      try take(call, isLegacy: true, data, id, choice, &events)
    }
  }

  /// The reason is said, which some servers do with every chunk.
  mutating func finish(_ reason: String, _ error: JSONValue?) {
    self.reason = reason
    failure = failure ?? OpenAIChat.failure(reason, error)
  }

  /// The stream has ended.
  mutating func end(_ choice: Int, _ events: inout [AnswerEvent]) {
    close(choice, &events)
    calls.end(choice, &events)
    var finish = OpenAIChat.finish(reason)
    if finish == .stop || finish == .toolUse { finish = calls.isEmpty ? hasRefusal ? .refusal : .stop : .toolUse }
    events.append(.choiceFinished(finish, stopSequence: nil, choice: choice))
  }

  mutating func take(logprobs: JSONValue, _ choice: Int, _ events: inout [AnswerEvent]) {
    guard let open else { return }
    events.append(.partGrew(.logprobs(logprobs), at: PartPlace(choice: choice, part: open.part)))
  }

  // MARK: texts

  /// nil for what is empty, null or no string.
  private func said(_ field: Field?, _ text: Span<UInt8>) -> String? {
    guard let value = field?.value, value.kind == .string, value.range.count > 2 else { return nil }
    return value.string(in: text)
  }

  private mutating func grow(_ kind: Kind, _ text: String, _ choice: Int, _ events: inout [AnswerEvent]) {
    if text.isEmpty { return }
    let part = begin(kind, choice, &events)
    if kind == .thinking { hasThinkingText = true }
    events.append(.partGrew(.text(text), at: PartPlace(choice: choice, part: part)))
  }

  /// The part of `kind` that is open, begun where there is none.
  private mutating func begin(_ kind: Kind, _ choice: Int, _ events: inout [AnswerEvent]) -> Int {
    if let open, open.kind == kind { return open.part }
    close(choice, &events)
    calls.endWhole(choice, &events)
    let start: PartStart =
      switch kind {
      case .text: .text
      case .thinking: .thinking
      case .refusal: .refusal
      }
    if kind == .refusal { hasRefusal = true }
    let part = nextPart()
    open = (kind, part)
    events.append(.partBegan(start, at: PartPlace(choice: choice, part: part)))
    return part
  }

  private mutating func close(_ choice: Int, _ events: inout [AnswerEvent]) {
    guard let open else { return }
    events.append(.partEnded(at: PartPlace(choice: choice, part: open.part)))
    self.open = nil
    hasThinkingText = false
  }

  private mutating func nextPart() -> Int {
    partCount += 1
    return partCount - 1
  }

  /// A content array: Mistral's texts and thoughts.
  private mutating func read(parts: JSONValue, _ choice: Int, _ events: inout [AnswerEvent]) {
    for part in parts.elements ?? [] {
      switch part["type"]?.string {
      case "text": grow(.text, part["text"]?.string ?? "", choice, &events)
      case "thinking":
        let thinking = part["thinking"]
        let texts = thinking?.elements?.map { $0["text"]?.string ?? "" } ?? [thinking?.string ?? ""]
        for text in texts { grow(.thinking, text, choice, &events) }
      case "image_url": read(media: .object([("images", .array([part]))]), choice, &events)
      default: continue
      }
    }
  }

  private mutating func read(media: JSONValue, _ choice: Int, _ events: inout [AnswerEvent]) {
    guard var message = try? ObjectReader(media), let parts = try? OpenAIChat.media(of: &message) else { return }
    for part in parts { add(part.content, choice, &events) }
  }

  /// Content that comes whole.
  private mutating func add(_ content: Part.Content, _ choice: Int, _ events: inout [AnswerEvent]) {
    let media: MadeMedia
    switch content {
    case .text(let text): return grow(.text, text, choice, &events)
    case .image(let image): media = .image(image)
    // A stream's sounds come in pieces that are none alone; what was said is in their transcript.
    case .audio, .document, .toolUse, .toolResult, .thinking, .refusal: return
    }
    close(choice, &events)
    calls.endWhole(choice, &events)
    let place = PartPlace(choice: choice, part: nextPart())
    events += [.partBegan(.media(media), at: place), .partEnded(at: place)]
  }

  /// Signed thinking. Its text came before as `reasoning_content`, unless it did not; with its signature it is complete.
  private mutating func read(blocks: JSONValue, _ choice: Int, _ events: inout [AnswerEvent]) {
    for block in blocks.elements ?? [] {
      if let data = block["data"]?.string {
        close(choice, &events)
        let place = PartPlace(choice: choice, part: nextPart())
        events.append(.partBegan(.redactedThinking(Signature(shown: data, native: .claude)), at: place))
        events.append(.partEnded(at: place))
        continue
      }
      if !hasThinkingText { grow(.thinking, block["thinking"]?.string ?? "", choice, &events) }
      guard let signature = block["signature"]?.string, !signature.isEmpty else { continue }
      let place = PartPlace(choice: choice, part: begin(.thinking, choice, &events))
      events.append(.partGrew(.signature(Signature(shown: signature, native: .claude)), at: place))
      close(choice, &events)
    }
  }

  private mutating func read(annotations: JSONValue, _ choice: Int, _ events: inout [AnswerEvent]) {
    let object = JSONValue.object([("annotations", annotations)])
    guard var message = try? ObjectReader(object), let citations = try? OpenAIChat.citations(of: &message) else {
      return
    }
    let part = begin(.text, choice, &events)
    for citation in citations {
      events.append(.partGrew(.citation(citation), at: PartPlace(choice: choice, part: part)))
    }
  }

  // MARK: calls

  private mutating func take(
    _ call: ScannedValue, isLegacy: Bool, _ data: ByteSlice, _ id: String, _ choice: Int,
    _ events: inout [AnswerEvent]
  ) throws(JSONError) {
    var piece = try CallPiece(call, isLegacy: isLegacy, in: data)
    if !calls.begins(piece) {
      guard let next = calls.grow(piece, choice, &events), !calls.areTooMany else { return }
      piece = calls.glued(next, to: piece)
    }
    while true {
      close(choice, &events)
      calls.endWhole(choice, &events)
      let part = nextPart()
      let next = calls.begin(
        piece, part: part, madeUpID: OpenAIChat.madeUpID(of: part, choice: choice, in: id), choice, &events)
      guard let next, !calls.areTooMany else { return }
      piece = calls.glued(next, to: piece)
    }
  }
}
