// CompletionRequest: the body of /v1/completions, the endpoint before chat.

import Bytes
import JSON

enum CompletionRequest {
  private enum Name: String, FieldName {
    case model, prompt, stream, n, user
    case streamOptions = "stream_options"
    case maxTokens = "max_tokens"
  }
  private static let scanner = FieldScanner<Name>()

  static func read(_ body: Span<UInt8>, _ knobs: Knobs) throws(Refusal) -> Generation {
    let fields = try scanner.read(body)
    let model = try fields.model(.model, in: body, knobs)
    let user = try fields.string(.user, in: body)
    let streams = try fields.bool(.stream, in: body)
    let usage = try StreamOptions.includeUsage(fields.value(.streamOptions), streams: streams, in: body)
    let maxTokens = try fields.integer(.maxTokens, in: body)
    let choiceCount = try fields.integer(.n, in: body, atMost: 128) ?? 1
    guard let prompt = fields.value(.prompt) else {
      throw .invalid("Missing required parameter: 'prompt'.", param: "prompt")
    }
    let inputs = try Input.list(prompt, named: "prompt", in: body)
    var choices: [Choice] = []
    for input in inputs {
      let choice = Choice(ReplyText(to: input.opening, knobs), maxTokens: knobs.replyBytes == nil ? maxTokens : nil)
      choices += Array(repeating: choice, count: choiceCount)
    }
    return Generation(
      shape: .text(includesUsage: usage), model: model, streams: streams, maxTokens: maxTokens, user: user,
      prompt: PromptTokens(total: inputs.reduce(0) { $0 + $1.tokens }, cached: knobs.cached, created: knobs.created),
      choices: choices)
  }
}
