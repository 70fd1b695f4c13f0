// StreamedAnswer: what a stream's events say when they are put together, and whether they keep the order every reader promises.

import Conversation
import Exchange

/// Takes the events of one stream in turn.
struct StreamedAnswer {
  private(set) var answer = Answer(id: "", model: "")
  private(set) var hasEnded = false
  private(set) var fault: Fault?
  /// Where the events broke the promise of `AnswerEvent`, in words.
  private(set) var violations: [String] = []

  private var hasBegun = false
  private var open: Set<PartPlace> = []
  private var finished: Set<Int> = []
  private var parts: [PartPlace: Part] = [:]

  init(_ events: [AnswerEvent]) {
    for event in events { take(event) }
    for place in parts.keys.sorted(by: { ($0.choice, $0.part) < ($1.choice, $1.part) }) {
      choice(place.choice)
      answer.choices[place.choice].parts.append(parts[place]!)
    }
    if hasEnded, !open.isEmpty { violations.append("ended with open parts") }
  }

  private mutating func take(_ event: AnswerEvent) {
    if hasEnded || fault != nil { violations.append("\(event) after the end") }
    switch event {
    case .began(let start):
      if hasBegun { violations.append("began twice") }
      hasBegun = true
      answer.id = start.id
      answer.model = start.model
      answer.createdAt = start.createdAt
      return
    case .idled, .failed: break
    case .partBegan, .partGrew, .partEnded, .choiceFinished, .usageReported, .ended:
      if !hasBegun { violations.append("\(event) before it began") }
    }
    switch event {
    case .partBegan(let start, let place):
      if parts[place] != nil { violations.append("\(place) began twice") }
      if finished.contains(place.choice) { violations.append("\(place) began after its choice finished") }
      open.insert(place)
      parts[place] = Part(start)
    case .partGrew(let growth, let place):
      if !open.contains(place) { violations.append("\(place) grew while it was not open") }
      parts[place]?.grow(growth)
    case .partEnded(let place):
      if open.remove(place) == nil { violations.append("\(place) ended while it was not open") }
    case .choiceFinished(let reason, let stopSequence, let number):
      if !finished.insert(number).inserted { violations.append("choice \(number) finished twice") }
      if open.contains(where: { $0.choice == number }) {
        violations.append("choice \(number) finished with open parts")
      }
      choice(number)
      answer.choices[number].finish = reason
      answer.choices[number].stopSequence = stopSequence
    case .usageReported(let usage): answer.usage = usage
    case .ended: hasEnded = true
    case .failed(let told): fault = told
    case .began, .idled: break
    }
  }

  private mutating func choice(_ number: Int) {
    while answer.choices.count <= number { answer.choices.append(AnswerChoice([], .stop)) }
  }
}

extension Part {
  fileprivate init(_ start: PartStart) {
    switch start {
    case .text: self = .text("")
    case .thinking: self.init(.thinking(Thinking("")))
    case .redactedThinking(let data): self.init(.thinking(Thinking("", signature: data, isRedacted: true)))
    case .toolUse(let id, let name, let signature):
      var use = ToolUse(id: id, name: name, arguments: "", signature: signature)
      use.arguments = ""
      self.init(.toolUse(use))
    case .refusal: self.init(.refusal(""))
    case .media(let media): self = media.part
    }
  }

  fileprivate mutating func grow(_ growth: PartGrowth) {
    switch (content, growth) {
    case (.text(let text), .text(let more)): content = .text(text + more)
    case (.refusal(let text), .text(let more)): content = .refusal(text + more)
    case (.thinking(var thinking), .text(let more)):
      thinking.text += more
      content = .thinking(thinking)
    case (.thinking(var thinking), .signature(let signature)):
      thinking.signature = signature
      content = .thinking(thinking)
    case (.toolUse(var use), .arguments(let more)):
      use.arguments += more
      content = .toolUse(use)
    case (_, .citation(let citation)): citations.append(citation)
    default: break
    }
  }
}
