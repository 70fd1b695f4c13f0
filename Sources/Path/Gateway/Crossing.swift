// Crossing: a call put into the words of another dialect for one candidate, and the reply put back.

import Bytes
import Conversation
import Dialects
import Exchange
import Hub
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

  /// - Parameters:
  ///   - model: the name the backend is asked for.
  ///   - outputMax: the most output tokens of one choice; nil leaves what the agent said.
  ///   - habits: the backend's.
  ///   - mayDrop: fields, in the agent's words or the gateway's, that may be left out.
  /// - Throws: a 422 naming what the provider's dialect has no words for.
  init(
    _ meaning: Meaning, from agent: Dialect, to provider: Dialect, model: ModelName, outputMax: TokenCount?,
    habits: ProviderHabits, mayDrop: Set<String>
  ) throws(Fault) {
    self.agent = agent
    self.provider = provider
    var signsAs: Signature.Origin?
    var losses = Losses()
    var left: [String] = []
    switch meaning {
    case .conversation(var conversation):
      guard let to = provider.spoke else { throw Self.speechless(provider) }
      conversation.model = model.text
      conversation.habits = habits
      if agent != provider, let own = habits.signsAs {
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
      body = to.body(of: conversation, losses: &losses)
      left = conversation.hints
      self.meaning = .conversation(conversation)
    case .embedding(var request):
      guard let to = provider.embeddingSpoke else { throw Self.speechless(provider) }
      request.model = model.text
      let most = to.embeddingInputsMax(of: model.text)
      if request.inputs.count > most { throw Self.tooMany(request.inputs.count, atMost: most, for: model) }
      body = to.body(of: request, losses: &losses)
      self.meaning = .embedding(request)
    case .count(var conversation):
      guard let to = provider.countingSpoke else { throw Self.speechless(provider) }
      conversation.model = model.text
      conversation.habits = habits
      body = to.countingBody(of: conversation)
      self.meaning = .count(conversation)
    }
    self.signsAs = signsAs
    let name = { (feature: Feature) -> String in agent.spoke?.field(of: feature) ?? feature.rawValue }
    let unsaid =
      meaning.untranslatable.filter { !mayDrop.contains($0) }
      + losses.dropped.filter { !mayDrop.contains(name($0)) && !mayDrop.contains($0.rawValue) }.map(name)
    if !unsaid.isEmpty { throw Self.unsayable(unsaid.sorted(), in: provider) }
    translated =
      Array(
        (left + meaning.untranslatable + losses.dropped.map(name) + losses.approximated.map(name)).sorted()
          .filter { $0.utf8.count <= Limits.fieldNameLengthMax }.prefix(Limits.fieldsNamedMax))
  }

  /// The provider's whole reply in the agent's words, and what it used. Throws where it is no reply.
  func reply(_ text: ByteSlice, showing model: ModelName) throws(ShapeFault) -> (body: ByteSlice, usage: Usage?) {
    switch meaning {
    case .conversation(let conversation):
      var answer = try provider.spoke!.answer(from: text)
      answer.model = model.text
      answer.createdAt = answer.createdAt ?? EventLoop.wallMilliseconds / 1000
      if let signsAs {
        for index in answer.choices.indices {
          answer.choices[index].parts = answer.choices[index].parts.map { $0.exchangingSignatures(with: signsAs) }
        }
      }
      return (agent.spoke!.body(of: answer, to: conversation), answer.usage)
    case .embedding(let request):
      var answer = try provider.embeddingSpoke!.embeddingAnswer(from: text, model: request.model)
      answer.model = model.text
      return (agent.embeddingSpoke!.body(of: answer, to: request), answer.usage)
    case .count:
      let count = try provider.countingSpoke!.count(from: text)
      return (agent.countingSpoke!.body(ofCount: count), Usage(input: .zero, output: .zero))
    }
  }

  /// The provider's refusal in the agent's words.
  func error(_ text: ByteSlice, status: Int) -> ByteSlice {
    let fault =
      provider.spoke?.fault(status: status, body: text)
      ?? Fault(
        party: .provider, status: status, type: "server_error", code: "provider_error",
        message: "The provider answered with status \(status).")
    return agent.body(of: fault)
  }

  /// What the agent's replies call themselves.
  var contentType: StaticString { "application/json" }
  var streamContentType: StaticString {
    agent == .bedrock ? "application/vnd.amazon.eventstream" : "text/event-stream; charset=utf-8"
  }

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

  private static func unsayable(_ fields: [String], in dialect: Dialect) -> Fault {
    let named = fields.prefix(Limits.fieldsNamedMax).map { String($0.prefix(Limits.fieldNameLengthMax)) }
    let them = fields.count == 1 ? "it" : "them"
    return Fault(
      party: .agent, status: 422, type: "invalid_request_error", code: "untranslatable_field", param: named[0],
      message:
        "\(named.joined(separator: ", ")) cannot be said in the dialect \(dialect.rawValue) of the backend that would "
        + "be asked. Leave \(them) out, or list \(them) under mayDrop of the model.")
  }
}
