// GeminiEmbedding: embedContent and batchEmbedContents.
// https://ai.google.dev/api/embeddings

import Bytes
import JSON

enum GeminiEmbedding {
  private static let dimensionsByDefault = 64

  /// One text, one vector.
  static func one(_ body: Span<UInt8>, model: String, _ knobs: Knobs) throws(Refusal) -> Provider.Asked {
    var fields = try Fields(parsing: body, .gemini)
    let (input, vector) = try fields.embedding()
    try fields.end()
    var reply = ByteBuffer()
    reply.append("{\"embedding\":{\"values\":")
    vector.writeNumbers(into: &reply)
    reply.append("}")
    return try answer(reply.take(), model, [input], knobs)
  }

  /// As many as there are requests.
  static func many(_ body: Span<UInt8>, model: String, _ knobs: Knobs) throws(Refusal) -> Provider.Asked {
    var fields = try Fields(parsing: body, .gemini)
    let requests = try fields.requiredObjects("requests")
    try fields.end()
    var inputs: [Input] = []
    var reply = ByteBuffer()
    reply.append("{\"embeddings\":[")
    for request in requests {
      var request = request
      guard try request.required("model") == "models/\(model)" else {
        throw request.fault(.invalid("the model must be that of the path, models/\(model)."), at: "model")
      }
      let (input, vector) = try request.embedding()
      try request.end()
      reply.append(inputs.isEmpty ? "{\"values\":" : ",{\"values\":")
      vector.writeNumbers(into: &reply)
      reply.append("}")
      inputs.append(input)
    }
    reply.append("]")
    return try answer(reply.take(), model, inputs, knobs)
  }

  private static func answer(
    _ opening: ByteSlice, _ model: String, _ inputs: [Input], _ knobs: Knobs
  ) throws(Refusal) -> Provider.Asked {
    if let models = knobs.models, !models.contains(model) { throw .unknownModel(model) }
    let tokens = inputs.reduce(0) { $0 + $1.tokens }
    var reply = ByteBuffer()
    reply.append(opening)
    if knobs.reportsUsage {
      reply.append(",\"usageMetadata\":{\"promptTokenCount\":")
      reply.append(decimal: tokens)
      reply.append(",\"totalTokenCount\":")
      reply.append(decimal: tokens)
      reply.append("}")
    }
    reply.append("}\n")
    return .embeddings(EmbeddingCost(model: model, promptTokens: tokens), reply.take())
  }

  fileprivate static func dimensions(_ fields: inout Fields) throws(Refusal) -> Int {
    try fields.integer("outputDimensionality", in: 1...3072) ?? dimensionsByDefault
  }
}

extension Fields {
  fileprivate mutating func embedding() throws(Refusal) -> (Input, Vector) {
    _ = try string("model")
    var content = try requiredObject("content")
    _ = try content.string("role")
    var texts: [String] = []
    for part in try content.requiredObjects("parts") {
      var part = part
      texts.append(try part.required("text"))
      try part.end()
    }
    try content.end()
    _ = try string(
      "taskType",
      among: [
        "TASK_TYPE_UNSPECIFIED", "RETRIEVAL_QUERY", "RETRIEVAL_DOCUMENT", "SEMANTIC_SIMILARITY", "CLASSIFICATION",
        "CLUSTERING", "QUESTION_ANSWERING", "FACT_VERIFICATION", "CODE_RETRIEVAL_QUERY",
      ])
    _ = try string("title")
    let dimensions = try GeminiEmbedding.dimensions(&self)
    let input = Input(texts.joined(separator: "\n"))
    return (input, Vector(of: input, dimensions: dimensions))
  }
}
