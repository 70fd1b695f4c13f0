// CohereChat+Embeddings: the second version of embed (docs.cohere.com/reference/embed).
//
// `input_type` must be given: without a purpose texts are documents, and similarity is clustering; both are
// approximated.

import Bytes
import Conversation
import Exchange
import Hub
import JSON

extension CohereChat: EmbeddingSpoke {
  // MARK: the agent's side

  public static func embeddingRequest(from body: ByteSlice, model: ModelName) throws(Fault) -> EmbeddingRequest {
    do throws(ShapeFault) {
      var body = try ObjectReader(parsing: body)
      _ = try body.string("model")
      var request = EmbeddingRequest(model: model.text, inputs: [])
      request.inputs = try inputs(of: &body, &request)
      request.dimensions = try body.integer("output_dimension")
      if let type = try body.string("input_type") {
        request.purpose = purposes.first { $0.type == type }?.purpose
        if request.purpose == nil { request.untranslatable.append("input_type") }
      }
      switch try body.strings("embedding_types") ?? ["float"] {
      case ["float"]: break
      case ["base64"]: request.wantsBase64 = true
      default: request.untranslatable.append("embedding_types")
      }
      // END is what happens to long texts unasked.
      if let truncate = try body.string("truncate"), truncate != "END" { request.untranslatable.append("truncate") }
      _ = body.value("priority")
      request.untranslatable += body.unread
      return request
    } catch {
      throw error.fault
    }
  }

  private static func inputs(
    of body: inout ObjectReader, _ request: inout EmbeddingRequest
  ) throws(ShapeFault) -> [EmbeddingRequest.Input] {
    if let texts = try body.strings("texts") { return texts.map { .text($0) } }
    guard let given = try body.objects("inputs") else { throw body.fault("texts", "is missing") }
    var inputs: [EmbeddingRequest.Input] = []
    for var input in given {
      var texts: [String] = []
      for var part in try input.objects("content") ?? [] {
        if let text = try part.string("text") { texts.append(text) }
        _ = try part.string("type")
        for name in part.unread {
          let path = part.path(to: name).withoutPlaces
          if !request.untranslatable.contains(path) { request.untranslatable.append(path) }
        }
      }
      inputs.append(.text(texts.joined(separator: "\n")))
    }
    return inputs
  }

  public static func body(of answer: EmbeddingAnswer, to request: EmbeddingRequest) -> ByteSlice {
    var json = JSONWriter(minimumCapacity: 4_096)
    json.object { json in
      json.member("response_type", "embeddings_by_type")
      json.member("id", answer.id ?? "")
      json.object("embeddings") { json in
        if request.wantsBase64 {
          json.array("base64", of: answer.vectors) { json, vector in json.string(Vectors.base64(vector)) }
        } else {
          json.array("float", of: answer.vectors) { json, vector in Vectors.write(vector, to: &json) }
        }
      }
      json.array("texts", of: request.inputs) { json, input in
        if case .text(let text) = input { json.string(text) } else { json.string("") }
      }
      json.object("meta") { json in
        json.object("api_version") { $0.member("version", "2") }
        json.object("billed_units") { $0.member("input_tokens", ifGiven: answer.usage?.input?.value) }
      }
    }
    return json.take()
  }

  // MARK: the provider's side

  public static func embeddingInputsMax(of model: String) -> Int { 96 }

  public static func body(of request: EmbeddingRequest, losses: inout Losses) -> ByteSlice {
    if request.user != nil { losses.approximate(.user) }
    if request.purpose == nil || request.purpose == .similarity { losses.approximate(.embeddingPurpose) }
    let purpose = request.purpose == .similarity ? .clustering : request.purpose ?? .document
    var hasTokens = false
    var json = JSONWriter(minimumCapacity: 4_096)
    json.object { json in
      json.member("model", request.model)
      json.member("input_type", purposes.first { $0.purpose == purpose }!.type)
      json.array("texts", of: request.inputs) { json, input in
        switch input {
        case .text(let text): json.string(text)
        case .tokens:
          hasTokens = true
          json.string("")
        }
      }
      json.array("embedding_types", of: ["float"]) { $0.string($1) }
      json.member("output_dimension", ifGiven: request.dimensions)
    }
    if hasTokens { losses.drop(.embeddingTokens) }
    return json.take()
  }

  public static func embeddingAnswer(from body: ByteSlice, model: String) throws(ShapeFault) -> EmbeddingAnswer {
    let reply = try JSONValue.reply(body)
    guard let embeddings = try reply.object("embeddings", in: ""),
      let vectors = try embeddings.array("float", in: "embeddings")
    else { throw ShapeFault(path: "embeddings.float", problem: "is missing") }
    if vectors.count > Vectors.Limits.vectorsMax {
      throw ShapeFault(path: "embeddings.float", problem: "has too many elements")
    }
    var answer = EmbeddingAnswer(model: model, vectors: [])
    answer.id = try reply.string("id", in: "")
    for (index, vector) in vectors.enumerated() {
      answer.vectors.append(try Vectors.read(vector, at: "embeddings.float[\(index)]"))
    }
    answer.usage = try reply.object("meta", in: "").flatMap { CohereUsage.read($0.bytes.span) }
    return answer
  }

  private static let purposes: [(type: String, purpose: EmbeddingRequest.Purpose)] = [
    ("search_document", .document), ("search_query", .query), ("classification", .classification),
    ("clustering", .clustering),
  ]
}
