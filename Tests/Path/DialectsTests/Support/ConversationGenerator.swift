// ConversationGenerator: conversations a test can make again from a seed, of whatever a dialect can express.

import Conversation
import JSON
import TestSupport

/// Makes conversations in the form in which every decoder gives them: identifiers match, calls are followed by all their
/// results, and results come before what else the user says.
struct ConversationGenerator {
  /// What the dialect has no word for: never asked for.
  var without: Set<Feature>
  /// Whose signatures thinking has; nil for none.
  var signatures: Signature.Origin?
  /// System and developer messages come anywhere, not only first.
  var hasLateInstructions = false
  /// Developer messages come where system messages do.
  var hasDeveloper = false
  /// Two texts may stand beside each other in one message.
  var hasNeighbouringTexts = false
  /// What nearly all models know.
  var efforts = Reasoning.Effort.allCases.filter { $0 != .max }
  var random: Seeded

  private var calls = 0

  init(seed: UInt64, without: Set<Feature> = [], signatures: Signature.Origin? = nil) {
    self.without = without
    self.signatures = signatures
    random = Seeded(seed)
  }

  mutating func conversation() -> Conversation {
    calls = 0
    var conversation = Conversation(model: "model-\(number(9))")
    if can(.systemMessage), chance(50) { conversation.messages.append(instruction()) }
    for _ in 0...number(3) {
      conversation.messages.append(user())
      if chance(70) {
        conversation.messages += turn()
        if hasLateInstructions, chance(10) { conversation.messages.append(instruction()) }
      }
    }
    // Two turns of one role in a row are one turn to some dialects.
    var merged: [Message] = []
    for message in conversation.messages where merged.last?.role != message.role { merged.append(message) }
    conversation.messages = merged
    if conversation.messages.last?.role != .user { conversation.messages.append(user()) }
    if can(.tools), chance(60) { tools(of: &conversation) }
    conversation.sampling = sampling()
    format(of: &conversation)
    if can(.reasoning), chance(30) { conversation.reasoning = Reasoning(.effort(pick(efforts)), isShown: true) }
    conversation.streams = chance(50)
    if can(.user), chance(20) { conversation.user = "user-\(number(99))" }
    if can(.metadata), chance(20) { conversation.metadata = [("team", text()), ("run", "7")] }
    if can(.serviceTier), chance(20) { conversation.serviceTier = "priority" }
    return conversation
  }

  // MARK: messages

  private mutating func instruction() -> Message {
    Message(hasDeveloper && chance(50) ? .developer : .system, [.text(text())])
  }

  private mutating func user() -> Message {
    var parts: [Part] = [marked(.text(text()))]
    if chance(30), let media = media() { parts.append(marked(media)) }
    if hasNeighbouringTexts, chance(20) { parts.append(.text(text())) }
    return Message(.user, parts, name: can(.messageName) && chance(10) ? "ann" : nil)
  }

  /// What the model said, with the results of what it called.
  private mutating func turn() -> [Message] {
    var said: [Part] = []
    if can(.thinking), let origin = signatures, chance(40) {
      said.append(Part(.thinking(Thinking(text(), signature: Signature("c2ln\(number(999))", of: origin)))))
    }
    if chance(70) { said.append(.text(text())) }
    guard can(.tools), said.isEmpty || chance(50) else {
      return [Message(.assistant, said.contains { $0.content.isText } ? said : said + [.text(text())])]
    }
    var results: [Part] = []
    for _ in 0...number(2) {
      calls += 1
      let use = ToolUse(
        id: "call_\(calls)", name: pick(Self.toolNames), arguments: pick(Self.arguments),
        signature: can(.toolSignature) && chance(30) ? Signature("dG9vbA\(calls)", of: .gemini) : nil)
      said.append(Part(.toolUse(use)))
      results.append(marked(Part(.toolResult(result(of: use)))))
    }
    if chance(30) { results.append(.text(text())) }
    return [Message(.assistant, said), Message(.user, results)]
  }

  private mutating func result(of use: ToolUse) -> ToolResult {
    var parts: [Part] = [.text(text())]
    if can(.toolResultMedia), chance(20) { parts.append(Part(.image(Media(.base64("aGk="), mediaType: "image/png")))) }
    return ToolResult(id: use.id, parts: parts, isError: can(.toolError) && chance(20))
  }

  private mutating func media() -> Part? {
    var kinds: [Part] = []
    if can(.image) { kinds.append(Part(.image(Media(.base64("aGk="), mediaType: "image/png")))) }
    if can(.image), can(.imageURL) { kinds.append(Part(.image(Media(.url("https://a.example/b.png"))))) }
    if can(.image), can(.imageDetail) {
      kinds.append(Part(.image(Media(.base64("aGk="), mediaType: "image/jpeg", detail: "low"))))
    }
    if can(.document) {
      kinds.append(Part(.document(Media(.base64("aGk="), mediaType: "application/pdf", title: "a.pdf"))))
    }
    if can(.audio) { kinds.append(Part(.audio(Media(.base64("aGk="), mediaType: "audio/wav")))) }
    return kinds.isEmpty ? nil : pick(kinds)
  }

  private mutating func marked(_ part: Part) -> Part {
    guard can(.cacheMarker), chance(15) else { return part }
    var part = part
    part.cache = CacheMarker(pick([nil, .fiveMinutes, .oneHour]))
    return part
  }

  // MARK: the rest

  private mutating func tools(of conversation: inout Conversation) {
    let schema: JSONValue = [
      "type": "object", "properties": ["city": ["type": "string", "description": "where \"it\" is"]],
      "required": ["city"], "additionalProperties": false,
    ]
    conversation.tools = Self.toolNames.prefix(1 + number(2)).map { name in
      Tool(
        name: name, description: chance(80) ? "does \(name)" : nil, parameters: schema,
        isStrict: can(.strictTools) && chance(30) ? true : nil)
    }
    if can(.toolChoice), chance(50) {
      conversation.toolChoice = pick([.auto, ToolChoice.none, .required, .tool(Self.toolNames[0])])
    }
    if can(.parallelTools), chance(30) { conversation.allowsParallelTools = false }
  }

  private mutating func sampling() -> Sampling {
    var sampling = Sampling()
    if can(.outputMax), chance(70) { sampling.outputMax = Int64(16 + number(4_000)) }
    if can(.temperature), chance(40) { sampling.temperature = 0.7 }
    if can(.topP), chance(30) { sampling.topP = 0.25 }
    if can(.topK), chance(20) { sampling.topK = 40 }
    if can(.frequencyPenalty), chance(20) { sampling.frequencyPenalty = 0.5 }
    if can(.presencePenalty), chance(20) { sampling.presencePenalty = -0.5 }
    if can(.stop), chance(30) { sampling.stop = ["END", "\n\n"] }
    if can(.seed), chance(20) { sampling.seed = 42 }
    if can(.choices), chance(10) { sampling.choices = 2 }
    if can(.logprobs), chance(10) { sampling.logprobs = 3 }
    return sampling
  }

  private mutating func format(of conversation: inout Conversation) {
    if can(.format), chance(15) {
      conversation.format = .json
    } else if can(.schema), chance(15) {
      conversation.format = .schema(
        AnswerSchema(
          name: "answer",
          schema: [
            "type": "object", "properties": ["n": ["type": "integer"]], "required": ["n"],
            "additionalProperties": false,
          ], isStrict: true))
    }
  }

  // MARK: chance

  func can(_ feature: Feature) -> Bool { !without.contains(feature) }
  mutating func number(_ most: Int) -> Int { Int.random(in: 0...most, using: &random) }
  mutating func chance(_ percent: Int) -> Bool { number(99) < percent }
  mutating func pick<Element>(_ elements: [Element]) -> Element { elements[number(elements.count - 1)] }
  mutating func text() -> String { pick(Self.texts) + " \(number(999))" }

  static let texts = [
    "hello", "two\nlines", "a \"quoted\" \\ word", "Größe 日本 🙂", "tab\there", "<b>&amp;</b>", "{\"a\":1}",
  ]
  static let toolNames = ["get_weather", "search", "add-two"]
  static let arguments = ["{}", #"{"city":"Paris"}"#, #"{"n":[1,2,{"a":null}],"t":"é \"q\""}"#]
}

extension Part.Content {
  var isText: Bool {
    if case .text = self { true } else { false }
  }
}
