// AnswerGenerator: whole replies and their streams, made again from a seed.

import Conversation
import Exchange
import TestSupport

extension ConversationGenerator {
  /// A reply of one choice, as a provider of this dialect could give it.
  mutating func answer() -> Answer {
    var parts: [Part] = []
    if can(.thinking), let origin = signatures, chance(40) {
      parts.append(Part(.thinking(Thinking(text(), signature: Signature("c2ln\(number(999))", of: origin)))))
    }
    if chance(80) { parts.append(.text(text())) }
    var finish = pick([FinishReason.stop, .length])
    if can(.tools), parts.isEmpty || chance(40) {
      for call in 0...number(2) {
        parts.append(
          Part(.toolUse(ToolUse(id: "call_\(call)", name: pick(Self.toolNames), arguments: pick(Self.arguments)))))
      }
      finish = .toolUse
    }
    if !parts.contains(where: { !$0.content.isThinking }) { parts.append(.text(text())) }
    var usage = Usage(input: TokenCount(100 + number(99)), output: TokenCount(1 + number(99)))
    if chance(40) { usage.cachedInput = TokenCount(number(50)) }
    return Answer(
      id: "reply-\(number(999))", model: "model-1", choices: [AnswerChoice(parts, finish)], usage: usage)
  }

  /// The events of a stream that says `answer`, its texts cut anywhere.
  mutating func events(of answer: Answer) -> [AnswerEvent] {
    var events: [AnswerEvent] = [.began(AnswerStart(id: answer.id, model: answer.model, createdAt: answer.createdAt))]
    for (number, choice) in answer.choices.enumerated() {
      for (index, part) in choice.parts.enumerated() {
        let place = PartPlace(choice: number, part: index)
        switch part.content {
        case .text(let text):
          events.append(.partBegan(.text, at: place))
          events += cut(text).map { .partGrew(.text($0), at: place) }
        case .refusal(let text):
          events.append(.partBegan(.refusal, at: place))
          events += cut(text).map { .partGrew(.text($0), at: place) }
        case .thinking(let thinking) where thinking.isRedacted:
          events.append(.partBegan(.redactedThinking(thinking.signature!), at: place))
        case .thinking(let thinking):
          events.append(.partBegan(.thinking, at: place))
          events += cut(thinking.text).map { .partGrew(.text($0), at: place) }
          if let signature = thinking.signature { events.append(.partGrew(.signature(signature), at: place)) }
        case .toolUse(let use):
          events.append(.partBegan(.toolUse(id: use.id, name: use.name, signature: use.signature), at: place))
          events += cut(use.arguments).map { .partGrew(.arguments($0), at: place) }
        case .image, .document, .audio, .toolResult: continue
        }
        events.append(.partEnded(at: place))
      }
      events.append(.choiceFinished(choice.finish, stopSequence: choice.stopSequence, choice: number))
    }
    if let usage = answer.usage { events.append(.usageReported(usage)) }
    return events + [.ended]
  }

  private mutating func cut(_ text: String) -> [String] {
    var rest = Substring(text)
    var pieces: [String] = []
    while !rest.isEmpty {
      let piece = rest.prefix(1 + number(6))
      pieces.append(String(piece))
      rest = rest.dropFirst(piece.count)
    }
    return pieces
  }
}

extension Part.Content {
  var isThinking: Bool {
    if case .thinking = self { true } else { false }
  }
}

extension Usage {
  /// As dialects tell it that always say the total, what was cached and what was thought.
  var spelledOut: Usage {
    var usage = self
    usage.reportedTotal = total
    usage.cachedInput = cachedInput ?? .zero
    usage.reasoning = reasoning ?? .zero
    return usage
  }
}
