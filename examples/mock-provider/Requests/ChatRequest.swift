// ChatRequest: the body of /v1/chat/completions, checked as far as OpenAI would complain at once.

import Bytes
import JSON

enum ChatRequest {
  private enum Name: String, FieldName {
    case model, messages, stream, n, tools, user
    case toolChoice = "tool_choice"
    case streamOptions = "stream_options"
    case maxTokens = "max_tokens"
    case maxCompletionTokens = "max_completion_tokens"
  }
  private static let scanner = FieldScanner<Name>()

  static func read(_ body: Span<UInt8>, _ knobs: Knobs) throws(Refusal) -> Generation {
    let fields = try scanner.read(body)
    let model = try fields.model(.model, in: body, knobs)
    let user = try fields.string(.user, in: body)
    let streams = try fields.bool(.stream, in: body)
    let usage = try StreamOptions.includeUsage(fields.value(.streamOptions), streams: streams, in: body)
    let older = try fields.integer(.maxTokens, in: body)
    let maxTokens = try fields.integer(.maxCompletionTokens, in: body) ?? older
    let choiceCount = try fields.integer(.n, in: body, atMost: 128) ?? 1
    let messages = try Messages(fields.value(.messages), in: body)
    var choice = Choice(
      ReplyText(to: messages.lastText(in: body), knobs), maxTokens: knobs.replyBytes == nil ? maxTokens : nil)
    if let tools = try fields.toolsOnOffer(in: body, tools: .tools, choice: .toolChoice) {
      let calls = ToolCalls.asked(for: messages.questionText(in: body), among: tools)
      if !calls.isEmpty { choice = Choice(calls: calls, maxTokens: maxTokens) }
    }
    return Generation(
      endpoint: .chat, model: model, streams: streams, includesUsage: usage, maxTokens: maxTokens, user: user,
      promptTokens: messages.tokens, choices: Array(repeating: choice, count: choiceCount))
  }
}

extension FieldTable {
  /// The tools a model may call; nil when there are none or the request forbids it.
  fileprivate func toolsOnOffer(
    in body: Span<UInt8>, tools: Name, choice: Name
  ) throws(Refusal) -> JSONValue? {
    guard let value = value(tools) else { return nil }
    guard value.kind == .array, let list = try? JSONValue.parse(body.extracting(value.range)) else {
      throw Self.wrongKind(tools, "an array of tools")
    }
    if list.count == 0 {
      throw .invalid("Invalid 'tools': empty array. Expected an array with at least one tool.", param: tools.rawValue)
    }
    return self.value(choice)?.string(in: body) == "none" ? nil : list
  }
}
