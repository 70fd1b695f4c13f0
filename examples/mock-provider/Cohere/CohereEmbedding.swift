// CohereEmbedding: /v2/embed, and the same model's body in Bedrock's InvokeModel.
// https://docs.cohere.com/reference/embed

import Bytes
import JSON

enum CohereEmbedding {
  private static let dimensionsByDefault = 256
  private static let textsMax = 96

  /// `onBedrock` is the model that Bedrock's path names; nil for Cohere itself.
  static func read(_ body: Span<UInt8>, onBedrock deployed: String?, _ knobs: Knobs) throws(Refusal) -> Provider.Asked {
    var fields = try Fields(parsing: body, .cohere)
    let model: String
    if let deployed { model = deployed } else { model = try fields.model("model", knobs) }
    let texts = try fields.embeddedTexts()
    if texts.isEmpty || texts.count > textsMax {
      throw fields.fault(.invalid("must have from 1 to \(textsMax) texts."), at: "texts")
    }
    let purposes = ["search_document", "search_query", "classification", "clustering", "image"]
    _ = try fields.required("input_type", among: purposes)
    let dimensions = try fields.integer("output_dimension") ?? dimensionsByDefault
    guard [256, 512, 1024, 1536].contains(dimensions) else {
      throw fields.fault(.invalid("it must be 256, 512, 1024 or 1536."), at: "output_dimension")
    }
    let types = try fields.strings("embedding_types")
    for type in types ?? [] where !["float", "int8", "base64"].contains(type) {
      throw fields.fault(.invalid("aigw-mock makes float, int8 and base64."), at: "embedding_types")
    }
    _ = try fields.string("truncate", among: ["NONE", "START", "END", "LEFT", "RIGHT"])
    fields.ignore("max_tokens", "priority")
    try fields.end()
    let inputs = texts.map(Input.init)
    let tokens = inputs.reduce(0) { $0 + $1.tokens }
    var reply = ByteBuffer()
    reply.append("{\"id\":\"mock-embed\",\"texts\":")
    JSONValue.array(texts.map(JSONValue.string)).write(into: &reply)
    let vectors = inputs.map { Vector(of: $0, dimensions: dimensions) }
    if deployed != nil, types == nil {
      reply.append(",\"response_type\":\"embeddings_floats\",\"embeddings\":")
      write(vectors, as: "float", into: &reply)
    } else {
      reply.append(",\"response_type\":\"embeddings_by_type\",\"embeddings\":{")
      for (index, type) in (types ?? ["float"]).enumerated() {
        reply.append(index == 0 ? "\"" : ",\"")
        reply.append(type)
        reply.append("\":")
        write(vectors, as: type, into: &reply)
      }
      reply.append("}")
    }
    if deployed == nil {
      reply.append(",\"meta\":{\"api_version\":{\"version\":\"2\"}")
      if knobs.reportsUsage {
        reply.append(",\"billed_units\":{\"input_tokens\":")
        reply.append(decimal: tokens)
        reply.append("}")
      }
      reply.append("}")
    }
    reply.append("}\n")
    return .embeddings(EmbeddingCost(model: model, promptTokens: tokens), reply.take())
  }

  private static func write(_ vectors: [Vector], as type: String, into reply: inout ByteBuffer) {
    reply.append("[")
    for (index, vector) in vectors.enumerated() {
      if index > 0 { reply.append(",") }
      switch type {
      case "base64": vector.writeBase64(into: &reply)
      case "int8": JSONValue.array(vector.numbers.map { .integer(Int64($0 * 127)) }).write(into: &reply)
      default: vector.writeNumbers(into: &reply)
      }
    }
    reply.append("]")
  }
}

extension Fields {
  /// `texts`, or `inputs` made of texts.
  fileprivate mutating func embeddedTexts() throws(Refusal) -> [String] {
    if let texts = try strings("texts") { return texts }
    var texts: [String] = []
    for input in try objects("inputs") ?? [] {
      var input = input
      for part in try input.requiredObjects("content") {
        var part = part
        _ = try part.required("type", among: ["text"])
        texts.append(try part.required("text"))
        try part.end()
      }
      try input.end()
    }
    return texts
  }
}
