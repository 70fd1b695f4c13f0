// BedrockConverse+Embeddings: vectors by InvokeModel, whose bodies are the models' own: Amazon's Titan
// (docs.aws.amazon.com/bedrock/latest/userguide/model-parameters-titan-embed-text.html) and Cohere's
// (.../model-parameters-embed.html).
//
// Titan makes one kind of vectors, so a purpose says nothing to it; Cohere must be given one, and without one texts are
// documents, similarity is clustering. All three are approximated. An agent's body with a purpose is Cohere's, one without
// is Titan's, and so is the reply.

import Anthropic
import Bytes
import Conversation
import Exchange
import Hub
import JSON

extension BedrockConverse: EmbeddingSpoke {
  // MARK: the agent's side

  public static func embeddingRequest(from body: ByteSlice, model: ModelName) throws(Fault) -> EmbeddingRequest {
    do throws(ShapeFault) {
      var body = try ObjectReader(parsing: body)
      var request = EmbeddingRequest(model: model.text, inputs: [])
      if let text = try body.string("inputText") {
        request.inputs = [.text(text)]
        request.dimensions = try body.integer("dimensions")
        // Every other model's vectors have the length 1, too.
        if try body.bool("normalize") == false { request.untranslatable.append("normalize") }
        if try body.strings("embeddingTypes") ?? ["float"] != ["float"] {
          request.untranslatable.append("embeddingTypes")
        }
      } else {
        guard let texts = try body.strings("texts") else { throw body.fault("inputText", "is missing") }
        request.inputs = texts.map { .text($0) }
        let type = try body.required("input_type")
        request.purpose = purposes.first { $0.type == type }?.purpose
        if request.purpose == nil { throw body.fault("input_type", "is not one of Cohere's") }
        request.dimensions = try body.integer("output_dimension")
        if try body.strings("embedding_types") ?? ["float"] != ["float"] {
          request.untranslatable.append("embedding_types")
        }
        if let truncate = try body.string("truncate"), truncate != "NONE" { request.untranslatable.append("truncate") }
      }
      request.untranslatable += body.unread.map { String($0.prefix(Limits.nameLengthMax)) }
      return request
    } catch { throw error.fault }
  }

  public static func body(of answer: EmbeddingAnswer, to request: EmbeddingRequest) -> ByteSlice {
    var json = JSONWriter(minimumCapacity: 4_096)
    json.object { json in
      if request.purpose == nil {
        json.name("embedding")
        Vectors.write(answer.vectors.first ?? [], to: &json)
        json.member("inputTextTokenCount", answer.usage?.input?.value ?? 0)
      } else {
        json.member("id", answer.id ?? "")
        json.member("response_type", "embeddings_floats")
        json.array("embeddings", of: answer.vectors) { json, vector in Vectors.write(vector, to: &json) }
        json.array("texts", of: request.inputs) { json, input in
          if case .text(let text) = input { json.string(text) } else { json.string("") }
        }
      }
    }
    return json.take()
  }

  // MARK: the provider's side

  public static func embeddingInputsMax(of model: String) -> Int { isCohere(model) ? 96 : 1 }

  public static func body(of request: EmbeddingRequest, losses: inout Losses) -> ByteSlice {
    if request.user != nil { losses.approximate(.user) }
    let texts = request.inputs.map { input in
      if case .text(let text) = input { return text }
      losses.drop(.embeddingTokens)
      return ""
    }
    var json = JSONWriter(minimumCapacity: 4_096)
    json.beginObject()
    if isCohere(request.model) {
      if request.purpose == nil || request.purpose == .similarity { losses.approximate(.embeddingPurpose) }
      let purpose = request.purpose == .similarity ? .clustering : request.purpose ?? .document
      json.array("texts", of: texts) { $0.string($1) }
      json.member("input_type", purposes.first { $0.purpose == purpose }?.type ?? "search_document")
      if request.model.hasCohereDimensions {
        json.member("output_dimension", ifGiven: request.dimensions)
      } else {
        losses.drop(.embeddingDimensions, ifGiven: request.dimensions)
      }
    } else {
      if request.purpose != nil { losses.approximate(.embeddingPurpose) }
      json.member("inputText", texts.first ?? "")
      // The first version knows one length.
      if request.model.isFirstTitan {
        losses.drop(.embeddingDimensions, ifGiven: request.dimensions)
      } else {
        json.member("dimensions", ifGiven: request.dimensions)
      }
    }
    json.endObject()
    return json.take()
  }

  /// What Cohere's cost stands in the reply's head alone.
  public static func embeddingAnswer(from body: ByteSlice, model: String) throws(ShapeFault) -> EmbeddingAnswer {
    var reply = try ObjectReader(parsing: body)
    var answer = EmbeddingAnswer(model: model, vectors: [])
    if let vector = reply.value("embedding") {
      answer.vectors = [try Vectors.read(vector, at: "embedding")]
      if let count = reply.value("inputTextTokenCount")?.integer, count >= 0 {
        answer.usage = Usage(input: TokenCount(count))
      }
      return answer
    }
    answer.id = try reply.string("id")
    guard let given = reply.value("embeddings") else { throw reply.fault("embeddings", "is missing") }
    // An object where more kinds of numbers can be had than one.
    guard let vectors = (given["float"] ?? given).elements else { throw reply.fault("embeddings", "must be an array") }
    if vectors.count > Vectors.Limits.vectorsMax { throw reply.fault("embeddings", "has too many elements") }
    for (index, vector) in vectors.enumerated() {
      answer.vectors.append(try Vectors.read(vector, at: "embeddings[\(index)]"))
    }
    return answer
  }

  private static func isCohere(_ model: String) -> Bool { model.hasWord("cohere") }

  private static let purposes: [(type: String, purpose: EmbeddingRequest.Purpose)] = [
    ("search_document", .document), ("search_query", .query), ("classification", .classification),
    ("clustering", .clustering),
  ]
}

extension String {
  /// Whether `word` stands between the dots, dashes, slashes and colons of a model's name.
  fileprivate func hasWord(_ word: String) -> Bool {
    split(whereSeparator: { ".-/:".contains($0) }).contains { $0 == word }
  }

  fileprivate var isFirstTitan: Bool { hasWord("titan") && hasWord("v1") }
  fileprivate var hasCohereDimensions: Bool { hasWord("v4") }
}
