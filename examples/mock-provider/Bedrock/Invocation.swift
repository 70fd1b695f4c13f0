// Invocation: the body of InvokeModel, which is in the words of the model that the path names.
// https://docs.aws.amazon.com/bedrock/latest/userguide/model-parameters.html

import Bytes
import JSON

enum Invocation {
  static func read(
    _ body: Span<UInt8>, model: String, streams: Bool, _ knobs: Knobs
  ) throws(Refusal) -> Provider.Asked {
    if let models = knobs.models, !models.contains(model) { throw .unknownModel(model) }
    if model.contains("anthropic.") {
      return .generation(try AnthropicRequest.read(body, .bedrock(model: model, streams: streams), knobs))
    }
    if streams { throw .invalid("The model is unsupported for streaming.") }
    if model.contains("amazon.titan-embed") { return try titan(body, model) }
    if model.contains("cohere.embed") { return try CohereEmbedding.read(body, onBedrock: model, knobs) }
    throw .invalid("aigw-mock does not know the body of \(model): only anthropic, amazon.titan-embed and cohere.embed.")
  }

  /// https://docs.aws.amazon.com/bedrock/latest/userguide/model-parameters-titan-embed-text.html
  private static func titan(_ body: Span<UInt8>, _ model: String) throws(Refusal) -> Provider.Asked {
    var fields = try Fields(parsing: body, .bedrock)
    let text = try fields.required("inputText")
    if text.isEmpty { throw fields.fault(.invalid("expected minLength: 1, actual: 0"), at: "inputText") }
    let dimensions = try fields.integer("dimensions") ?? 1024
    guard [256, 512, 1024].contains(dimensions) else {
      throw fields.fault(.invalid("it must be 256, 512 or 1024."), at: "dimensions")
    }
    try fields.bool("normalize")
    let types = try fields.strings("embeddingTypes") ?? ["float"]
    for type in types where type != "float" {
      throw fields.fault(.invalid("aigw-mock knows float only."), at: "embeddingTypes")
    }
    try fields.end()
    let input = Input(text)
    let vector = Vector(of: input, dimensions: dimensions)
    var reply = ByteBuffer()
    reply.append("{\"embedding\":")
    vector.writeNumbers(into: &reply)
    reply.append(",\"embeddingsByType\":{\"float\":")
    vector.writeNumbers(into: &reply)
    reply.append("},\"inputTextTokenCount\":")
    reply.append(decimal: input.tokens)
    reply.append("}")
    return .embeddings(EmbeddingCost(model: model, promptTokens: input.tokens), reply.take())
  }
}
