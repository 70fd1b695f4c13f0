// OpenAIRequest+Habits: an agent's own words where its provider spells a few of them otherwise: roles, identifiers, members.

import Bytes
import Exchange
import Hub
import JSON
import Providers

extension OpenAIRequest {
  private enum TopName: String, FieldName {
    case messages, user, store, metadata, seed
    case randomSeed = "random_seed"
    case streamOptions = "stream_options"
    case serviceTier = "service_tier"
    case maxTokens = "max_tokens"
    case maxCompletionTokens = "max_completion_tokens"
    case promptCacheKey = "prompt_cache_key"
    case promptCacheRetention = "prompt_cache_retention"
    case safetyIdentifier = "safety_identifier"
  }
  private enum MessageName: String, FieldName {
    case role, content, name, reasoning, refusal, annotations, audio
    case toolCallID = "tool_call_id"
    case toolCalls = "tool_calls"
    case reasoningContent = "reasoning_content"
    case reasoningDetails = "reasoning_details"
    case thinkingBlocks = "thinking_blocks"
  }
  private enum CallName: String, FieldName {
    case id
    case extraContent = "extra_content"
  }

  private static let topScanner = FieldScanner<TopName>()
  private static let messageScanner = FieldScanner<MessageName>()
  private static let callScanner = FieldScanner<CallName>()

  /// Edits the body for a provider of chat completions. Bodies that it takes as they are cost nothing: the one scan has told.
  ///
  /// - Returns: whether anything was changed.
  func adapt(to habits: ProviderHabits, in splice: inout Splice) -> Bool {
    let body = self.body
    let text = body.span
    let hasRoles = !habits.knowsDeveloper && hasDeveloper
    let hasIDs = habits.takesNineLetterIDs ? hasCalls : hasLongCallIDs
    let hasThoughts = habits.thoughts == .reasoning && hasThoughts
    let tier = self.fields[.serviceTier]?.string(in: text)
    let hasTier = tier != nil && (habits.tiers.words?.isEmpty == false || tier == "on_demand")
    guard hasRoles || hasIDs || hasThoughts || hasTier || habits.refusesUnknown,
      let fields = try? Self.topScanner.scan(text), fields.firstDuplicated == nil
    else { return false }
    var edits = HabitEdits(splice: splice, body: body, habits: habits)
    edits.adapt(fields)
    if let messages = fields[.messages]?.value, messages.kind == .array { edits.adapt(messages: messages) }
    splice = edits.splice
    return edits.isChanged
  }

  /// The edits of one body.
  private struct HabitEdits {
    var splice: Splice
    let body: ByteSlice
    let habits: ProviderHabits
    private(set) var isChanged = false
    /// A message of the system's or a developer's.
    private struct Instruction {
      let element: Range<Int>
      let role: Range<Int>
      let isDeveloper: Bool
      /// The inside of a text that is all there is to it.
      let said: Range<Int>?
      /// Where the element before it ends; nil for the first.
      let before: Int?
    }
    private var instructions: [Instruction] = []

    init(splice: Splice, body: ByteSlice, habits: ProviderHabits) {
      self.splice = splice
      self.body = body
      self.habits = habits
    }

    private mutating func replace(_ range: Range<Int>, with text: String) {
      splice.replace(range, with: ByteSlice(text))
      isChanged = true
    }

    private mutating func remove(_ field: Field?, from object: ScannedObject) {
      guard let field else { return }
      splice.remove(field, from: object)
      isChanged = true
    }

    // MARK: members of the request

    mutating func adapt(_ fields: FieldTable<TopName>) {
      if let tier = fields[.serviceTier], !habits.refusesUnknown { adapt(tier: tier, of: fields.object) }
      guard habits.refusesUnknown else { return }
      if !habits.asksForStreamUsage { remove(fields[.streamOptions], from: fields.object) }
      for name: TopName in [
        .user, .store, .metadata, .serviceTier, .promptCacheKey, .promptCacheRetention,
        .safetyIdentifier,
      ] { remove(fields[name], from: fields.object) }
      if let seed = fields[.seed], fields[.randomSeed] == nil { replace(seed.name, with: "\"random_seed\"") }
      if let most = fields[.maxCompletionTokens], fields[.maxTokens] == nil {
        replace(most.name, with: "\"max_tokens\"")
      }
    }

    private mutating func adapt(tier: Field, of object: ScannedObject) {
      let body = self.body
      guard let word = tier.value.string(in: body.span) else { return }
      if let words = habits.tiers.words {
        if words.isEmpty || words.values.contains(word) || word == "auto" { return }
        guard let other = words[word] else { return remove(tier, from: object) }
        replace(tier.value.range, with: "\"\(other)\"")
      } else if word == "on_demand" {
        replace(tier.value.range, with: "\"default\"")
      }
    }

    // MARK: messages

    mutating func adapt(messages: ScannedValue) {
      let body = self.body
      let text = body.span
      var elements = ArrayScanner(messages)
      var before: Int?
      while let element = try? elements.next(in: text) {
        defer { before = element.range.upperBound }
        guard element.kind == .object, let fields = try? messageScanner.scan(text, in: element.range),
          fields.firstDuplicated == nil
        else { continue }
        let role = fields[.role]?.value.string(in: text)
        if role == "system" || role == "developer", let place = fields[.role]?.value.range {
          // Removed whole, maybe, so nothing inside is edited yet.
          var said: Range<Int>?
          if fields[.name] == nil, let content = fields[.content]?.value, content.kind == .string {
            said = content.range.lowerBound + 1..<content.range.upperBound - 1
          }
          instructions.append(
            Instruction(
              element: element.range, role: place, isDeveloper: role == "developer", said: said, before: before))
          continue
        }
        adapt(ids: fields)
        adapt(members: fields, of: role)
      }
      if habits.knowsDeveloper || !instructions.contains(where: \.isDeveloper) { return }
      if habits.takesOneSystem, gather(at: messages.range.lowerBound + 1) { return }
      for instruction in instructions where instruction.isDeveloper { replace(instruction.role, with: "\"system\"") }
    }

    /// Puts all instructions into one message, the first; false where one has no plain text.
    private mutating func gather(at start: Int) -> Bool {
      let body = self.body
      let text = body.span
      if instructions.count == 1, instructions[0].before == nil { return false }
      var message = "{\"role\":\"system\",\"content\":\""
      for (index, instruction) in instructions.enumerated() {
        guard let said = instruction.said else { return false }
        message += (index == 0 ? "" : "\\n\\n") + String(text.extracting(said))
      }
      message += "\"}"
      for instruction in instructions {
        if let before = instruction.before { replace(before..<instruction.element.upperBound, with: "") }
      }
      if instructions[0].before == nil {
        replace(instructions[0].element, with: message)
      } else {
        replace(start..<start, with: message + ",")
      }
      return true
    }

    private mutating func adapt(ids fields: FieldTable<MessageName>) {
      let body = self.body
      let text = body.span
      if let id = fields[.toolCallID]?.value { adapt(id: id) }
      guard let calls = fields[.toolCalls]?.value, calls.kind == .array else { return }
      var elements = ArrayScanner(calls)
      while let call = try? elements.next(in: text) {
        guard call.kind == .object, let fields = try? callScanner.scan(text, in: call.range),
          fields.firstDuplicated == nil
        else { continue }
        if let id = fields[.id]?.value { adapt(id: id) }
        if habits.refusesUnknown { remove(fields[.extraContent], from: fields.object) }
      }
    }

    private mutating func adapt(id: ScannedValue) {
      let body = self.body
      guard let given = id.string(in: body.span) else { return }
      let taken =
        habits.takesNineLetterIDs
        ? CallIdentifier.nineLetters(given)
        : CallIdentifier.fitting(given, atMost: CallIdentifier.chatMax, isPlain: false)
      if taken != given { replace(id.range, with: "\"\(taken)\"") }
    }

    private mutating func adapt(members fields: FieldTable<MessageName>, of role: String?) {
      guard role == "assistant" else {
        if habits.refusesUnknown, role == "user" { remove(fields[.name], from: fields.object) }
        return
      }
      if habits.refusesUnknown {
        for name: MessageName in [
          .name, .reasoning, .reasoningContent, .reasoningDetails, .thinkingBlocks, .refusal, .annotations, .audio,
        ] { remove(fields[name], from: fields.object) }
      } else if habits.thoughts == .reasoning {
        remove(fields[.thinkingBlocks], from: fields.object)
        guard let thought = fields[.reasoningContent] else { return }
        if fields[.reasoning] == nil {
          replace(thought.name, with: "\"reasoning\"")
        } else {
          remove(thought, from: fields.object)
        }
      }
    }
  }
}
