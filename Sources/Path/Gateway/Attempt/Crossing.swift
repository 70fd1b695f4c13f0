// Crossing: a call put into the words of another dialect for one candidate, and the reply put back.

import Bytes
import Conversation
import Dialects
import Exchange
import Hub
import Providers
import Reactor

/// One candidate's share of a call in its own dialect. A class, because attempts are passed on by value and most have none.
final class Crossing {
  let meaning: Meaning
  let agent: Dialect
  let provider: Dialect
  /// What the provider is sent.
  let body: ByteSlice
  /// The agent's fields that were said otherwise or left out, sorted.
  let translated: [String]

  /// Whose the provider's signatures are, where they are not its dialect's.
  let signsAs: Signature.Origin?
  /// Names of tools that the provider is told otherwise.
  let toolNames: ToolNames
  /// The agent wants one call at a time, and the provider could not be told so.
  let hasLoneCalls: Bool

  /// - Parameters:
  ///   - model: the name the backend is asked for.
  ///   - outputMax: the most output tokens of one choice; nil leaves what the agent said.
  ///   - habits: the backend's.
  ///   - leeway: what the policy lets be left out.
  /// - Throws: a 422 naming what the provider's dialect has no words for.
  init(
    _ meaning: Meaning, from agent: Dialect, to provider: Dialect, model: ModelName, outputMax: TokenCount?,
    habits: ProviderHabits, leeway: Leeway
  ) throws(Fault) {
    self.agent = agent
    self.provider = provider
    var losses = Losses()
    var left: [String] = []
    var signsAs: Signature.Origin?
    switch meaning {
    case .conversation(var conversation):
      guard let to = provider.adapter.conversations else { throw Self.speechless(provider) }
      conversation.model = model.text
      conversation.habits = habits
      if agent != provider, let own = habits.signsAs.flatMap({ Signature.Origin(rawValue: $0.rawValue) }) {
        signsAs = own
        for index in conversation.messages.indices where conversation.messages[index].role == .assistant {
          conversation.messages[index].parts = conversation.messages[index].parts.map {
            $0.exchangingSignatures(with: own)
          }
        }
      }
      if let outputMax {
        conversation.sampling.outputMax = min(conversation.sampling.outputMax ?? .max, outputMax.value)
      }
      self.meaning = .conversation(conversation)
      toolNames = ToolNames(fitting: &conversation, to: to.toolNames)
      if !toolNames.isEmpty { losses.approximate(.toolName) }
      for extra in conversation.extras.keys where !to.takes(extra, model: model.text) {
        conversation.extras[extra] = nil
        losses.drop(extra)
      }
      let made = to.takesBackMedia ? [] : conversation.nameMadeMedia()
      left = made.map { agent.adapter.conversations?.field(of: $0) ?? $0.name }
      // What a stream loses must be named before it comes.
      if conversation.streams, to.makesImages(model.text), let spoke = agent.adapter.conversations,
        !spoke.holds(.anyImage)
      {
        left.append(spoke.field(of: .answerImage))
      }
      body = to.body(of: conversation, losses: &losses)
      hasLoneCalls = losses.approximated.contains(.parallelTools)
    case .embedding(var request):
      guard let to = provider.adapter.embeddings else { throw Self.speechless(provider) }
      request.model = model.text
      let most = to.embeddingInputsMax(of: model.text)
      if request.inputs.count > most { throw Self.tooMany(request.inputs.count, atMost: most, for: model) }
      body = to.body(of: request, losses: &losses)
      self.meaning = .embedding(request)
      toolNames = ToolNames()
      hasLoneCalls = false
    case .count(var conversation):
      guard let to = provider.adapter.counting else { throw Self.speechless(provider) }
      conversation.model = model.text
      conversation.habits = habits
      body = to.countingBody(of: conversation)
      self.meaning = .count(conversation)
      toolNames = ToolNames()
      hasLoneCalls = false
    }
    self.signsAs = signsAs
    let name = { (feature: Feature) -> String in agent.adapter.conversations?.field(of: feature) ?? feature.name }
    let hints = agent.adapter.conversations?.hints
    let mayGo = { (field: String) -> Bool in hints?.contains(field) == true || leeway.covers(field) }
    let unsaid = Set(
      meaning.untranslatable.filter { !mayGo($0) }
        + losses.dropped.filter { !($0.isPreference && !leeway.isStrict || mayGo(name($0)) || leeway.covers($0)) }
        .map(name))
    if !unsaid.isEmpty { throw Self.unsayable(unsaid.sorted(), in: provider, to: agent) }
    let said =
      left + meaning.hints + meaning.untranslatable + (losses.dropped.union(losses.approximated)).map(name)
    translated = Array(
      Set(said).sorted().filter { $0.utf8.count <= Limits.fieldNameLengthMax }.prefix(Limits.fieldsNamedMax))
  }

  /// A provider's whole reply in the agent's words.
  struct Reply {
    let body: ByteSlice
    let usage: Usage?
    /// What of it has no place in the agent's dialect, by the agent's name for it.
    var lost: [String] = []
    /// The provider broke it off; the body says so.
    var failure: Fault?
  }

  /// The provider's whole reply. Throws where it is none.
  func reply(_ text: ByteSlice, showing model: ModelName) throws(ShapeFault) -> Reply {
    switch meaning {
    case .conversation(let conversation):
      var answer = try provider.adapter.conversations!.answer(from: text)
      answer.model = model.text
      answer.createdAt = answer.createdAt ?? EventLoop.wallMilliseconds / 1000
      for index in answer.choices.indices {
        if hasLoneCalls { answer.choices[index].parts = LoneCalls.of(answer.choices[index].parts) }
        toolNames.restore(in: &answer.choices[index].parts)
      }
      if let signsAs {
        for index in answer.choices.indices {
          answer.choices[index].parts = answer.choices[index].parts.map { $0.exchangingSignatures(with: signsAs) }
        }
      }
      if let failure = answer.failure {
        return Reply(body: agent.adapter.body(of: failure, details: []), usage: answer.usage, failure: failure)
      }
      let spoke = agent.adapter.conversations!
      let lost = answer.leaveOutMedia(for: spoke).map { spoke.field(of: $0) }.sorted()
      return Reply(body: spoke.body(of: answer, to: conversation), usage: answer.usage, lost: lost)
    case .embedding(let request):
      var answer = try provider.adapter.embeddings!.embeddingAnswer(from: text, model: request.model)
      answer.model = model.text
      return Reply(body: agent.adapter.embeddings!.body(of: answer, to: request), usage: answer.usage)
    case .count:
      let count = try provider.adapter.counting!.count(from: text)
      return Reply(body: agent.adapter.counting!.body(ofCount: count), usage: Usage(input: .zero, output: .zero))
    }
  }

  /// What the agent's replies call themselves.
  var contentType: StaticString { "application/json" }
  var streamContentType: StaticString { agent.adapter.framing.contentType }

  private static func speechless(_ dialect: Dialect) -> Fault {
    Fault(
      party: .agent, status: 422, type: "invalid_request_error", code: "untranslatable_path",
      message: "The dialect \(dialect.rawValue) has no words for this call.")
  }

  private static func tooMany(_ count: Int, atMost most: Int, for model: ModelName) -> Fault {
    Fault(
      party: .agent, status: 422, type: "invalid_request_error", code: "too_many_inputs", param: "input",
      message: "The request has \(count) inputs, and \(model) takes at most \(most) at once; send them in parts.")
  }

  private enum Limits {
    /// Names are the agent's own, and may be anything.
    static let fieldsNamedMax = 20
    static let fieldNameLengthMax = 64
  }

  private static func unsayable(_ fields: [String], in dialect: Dialect, to agent: Dialect) -> Fault {
    let named = fields.prefix(Limits.fieldsNamedMax).map { String($0.prefix(Limits.fieldNameLengthMax)) }
    let them = fields.count == 1 ? "it" : "them"
    // A name that no dialect has would be refused in a policy too.
    let list = fields.allSatisfy { Leeway.knows($0) } ? "list \(them)" : "allow it with \"*\""
    return Fault(
      party: .agent, status: agent.adapter.refusalStatus, type: "invalid_request_error", code: "untranslatable_field",
      param: named[0],
      message:
        "\(named.joined(separator: ", ")) cannot be said in the dialect \(dialect.rawValue) of the backend that would "
        + "be asked. Leave \(them) out, or \(list) under mayDrop of the model.")
  }
}

extension Leeway {
  /// Whether the policy names a feature as any dialect does.
  fileprivate func covers(_ feature: Feature) -> Bool {
    covers(feature.name)
      || Dialect.allCases.contains { $0.adapter.conversations.map { covers($0.field(of: feature)) } ?? false }
  }
}
