// OutputReading: the items of a streamed reply: which of their parts are growing.

import Conversation
import Hub
import JSON
import OpenAI

/// Where an event belongs: an item of the output, and a content of it.
struct OutputPlace: Hashable {
  var output: Int64
  var content: Int64
}

/// What events say of items, by their `type`.
enum OutputHappening: String {
  case itemBegan = "response.output_item.added"
  case itemDone = "response.output_item.done"
  case textGrew = "response.output_text.delta"
  case refusalGrew = "response.refusal.delta"
  case summaryGrew = "response.reasoning_summary_text.delta"
  case thoughtGrew = "response.reasoning_text.delta"
  case argumentsGrew = "response.function_call_arguments.delta"
  case textCited = "response.output_text.annotation.added"
  case contentDone = "response.content_part.done"
}

/// A message's contents are parts of their own; so are a call and a run of reasoning. Whatever did not come as deltas is
/// taken from the item when it is done.
struct OutputReading {
  private struct Growing {
    var part: Int
    var hasGrown = false
    /// Which summary grew last: they are paragraphs.
    var paragraph: Int64 = 0
    var call: Call?
  }

  /// A call whose arguments grow.
  private struct Call {
    let id: String
    let name: String
    var text = ArgumentText()
    /// How many calls were glued to it.
    var gluedCount = 0
  }

  var hasCalls: Bool { !calls.isEmpty }
  private(set) var hasRefusal = false
  private var calls: Set<OutputPlace> = []
  private var partCount = 0
  private var open: [OutputPlace: Growing] = [:]
  /// Contents whose part has ended, so that the item's end does not tell them again.
  private var told: Set<OutputPlace> = []

  mutating func begin(_ item: JSONValue, at output: Int64, _ events: inout [AnswerEvent]) {
    guard item["type"]?.string == "function_call" else { return }
    beginCall(item, at: output, &events)
  }

  mutating func grow(
    _ happening: OutputHappening, _ text: String, at place: OutputPlace, paragraph: Int64, _ events: inout [AnswerEvent]
  ) {
    if text.isEmpty { return }
    switch happening {
    case .textGrew: grow(.text, .text(text), at: place, &events)
    case .refusalGrew: grow(.refusal, .text(text), at: place, &events)
    case .argumentsGrew:
      let whole = OutputPlace(output: place.output, content: 0)
      grow(call: whole, text, &events)
    case .summaryGrew, .thoughtGrew:
      let whole = OutputPlace(output: place.output, content: 0)
      var text = text
      if let before = open[whole], before.hasGrown, before.paragraph != paragraph { text = "\n\n" + text }
      grow(.thinking, .text(text), at: whole, &events)
      open[whole]?.paragraph = paragraph
    case .itemBegan, .itemDone, .textCited, .contentDone: break
    }
  }

  mutating func cite(_ annotation: JSONValue, at place: OutputPlace, _ events: inout [AnswerEvent]) {
    guard var reader = try? ObjectReader(annotation), let citation = try? OpenAIResponses.citation(&reader),
      let part = begin(.text, at: place, &events)
    else { return }
    events.append(.partGrew(.citation(citation), at: part))
  }

  mutating func endContent(at place: OutputPlace, _ events: inout [AnswerEvent]) {
    guard let growing = open.removeValue(forKey: place) else { return }
    told.insert(place)
    events.append(.partEnded(at: PartPlace(part: growing.part)))
  }

  mutating func end(_ item: JSONValue, at output: Int64, _ events: inout [AnswerEvent]) {
    let whole = OutputPlace(output: output, content: 0)
    switch item["type"]?.string {
    case "function_call":
      beginCall(item, at: output, &events)
      endCall(item["arguments"]?.string, at: whole, &events)
    case "reasoning": endReasoning(item, at: whole, &events)
    case "image_generation_call":
      guard var reader = try? ObjectReader(item), let media = try? OpenAIResponses.image(&reader) else { return }
      _ = begin(.media(media), at: whole, &events)
    case "message":
      for (content, value) in (item["content"]?.elements ?? []).enumerated() {
        endContent(value, at: OutputPlace(output: output, content: Int64(content)), &events)
      }
    default: break
    }
    for place in open.keys.filter({ $0.output == output }) { endContent(at: place, &events) }
  }

  /// What no event ended.
  mutating func endAll(_ events: inout [AnswerEvent]) {
    for (place, _) in open.sorted(by: { $0.value.part < $1.value.part }) {
      if calls.contains(place) { endCall(nil, at: place, &events) } else { endContent(at: place, &events) }
    }
  }

  // MARK: items

  private mutating func beginCall(_ item: JSONValue, at output: Int64, _ events: inout [AnswerEvent]) {
    let place = OutputPlace(output: output, content: 0)
    guard let id = item["call_id"]?.string, let name = item["name"]?.string, !name.isEmpty else { return }
    guard begin(.toolUse(id: id, name: name, signature: nil), at: place, &events) != nil else { return }
    if open[place]?.call == nil { open[place]?.call = Call(id: id, name: name) }
    calls.insert(place)
  }

  private mutating func grow(call place: OutputPlace, _ text: String, _ events: inout [AnswerEvent]) {
    var rest = Optional(text)
    while let piece = rest, var call = open[place]?.call {
      let (own, next) = call.text.take(piece)
      open[place]?.call?.text = call.text
      if !own.isEmpty { grow(.text, .arguments(own), at: place, &events) }
      rest = next
      guard next != nil, let before = open[place] else { return }
      if partCount == OpenAIResponses.Limits.partsMax { return }
      // The arguments of another call are glued to it.
      events.append(.partEnded(at: PartPlace(part: before.part)))
      call.text = ArgumentText()
      call.gluedCount += 1
      open[place] = Growing(part: partCount, call: call)
      let id = OpenAIResponses.gluedID(call.id, call.gluedCount)
      events.append(
        .partBegan(.toolUse(id: id, name: call.name, signature: nil), at: PartPlace(part: partCount)))
      partCount += 1
    }
  }

  /// - Parameter arguments: the whole of them, for a call that did not grow.
  private mutating func endCall(_ arguments: String?, at place: OutputPlace, _ events: inout [AnswerEvent]) {
    guard open[place] != nil else { return }
    if open[place]?.hasGrown == false {
      for text in CallArguments.objects(of: arguments ?? "") { grow(call: place, text, &events) }
    }
    endContent(at: place, &events)
  }

  private mutating func endReasoning(_ item: JSONValue, at place: OutputPlace, _ events: inout [AnswerEvent]) {
    guard !told.contains(place), var reader = try? ObjectReader(item),
      let thinking = try? OpenAIResponses.thinking(&reader)
    else { return }
    if thinking.isRedacted, open[place] == nil, let signature = thinking.signature {
      _ = begin(.redactedThinking(signature), at: place, &events)
      return endContent(at: place, &events)
    }
    if open[place]?.hasGrown != true, !thinking.text.isEmpty {
      grow(.thinking, .text(thinking.text), at: place, &events)
    }
    if let signature = thinking.signature, let part = begin(.thinking, at: place, &events) {
      events.append(.partGrew(.signature(signature), at: part))
    }
    endContent(at: place, &events)
  }

  private mutating func endContent(_ value: JSONValue, at place: OutputPlace, _ events: inout [AnswerEvent]) {
    if told.contains(place) { return }
    if open[place]?.hasGrown != true {
      if let text = value["text"]?.string, !text.isEmpty { grow(.text, .text(text), at: place, &events) }
      if let text = value["refusal"]?.string, !text.isEmpty { grow(.refusal, .text(text), at: place, &events) }
    }
    endContent(at: place, &events)
  }

  // MARK: parts

  private mutating func grow(
    _ start: PartStart, _ growth: PartGrowth, at place: OutputPlace, _ events: inout [AnswerEvent]
  ) {
    guard let part = begin(start, at: place, &events) else { return }
    open[place]?.hasGrown = true
    events.append(.partGrew(growth, at: part))
  }

  /// The part that grows at `place`, begun where there is none; nil where it has ended, or there are too many.
  private mutating func begin(
    _ start: PartStart, at place: OutputPlace, _ events: inout [AnswerEvent]
  ) -> PartPlace? {
    if let growing = open[place] { return PartPlace(part: growing.part) }
    if told.contains(place) || partCount == OpenAIResponses.Limits.partsMax { return nil }
    if case .refusal = start { hasRefusal = true }
    let part = PartPlace(part: partCount)
    partCount += 1
    open[place] = Growing(part: part.part)
    events.append(.partBegan(start, at: part))
    return part
  }
}
