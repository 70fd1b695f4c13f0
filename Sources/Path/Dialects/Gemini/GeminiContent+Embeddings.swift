// GeminiContent+Embeddings: embedContent and batchEmbedContents (ai.google.dev/api/embeddings). Gemini is always asked
// for a batch. A text of several parts is one text of as many lines.

import Bytes
import Conversation
import Exchange
import Hub
import JSON

extension GeminiContent: EmbeddingSpoke {
  // MARK: the agent's side

  public static func embeddingRequest(from body: ByteSlice, model: ModelName) throws(Fault) -> EmbeddingRequest {
    do throws(ShapeFault) {
      var body = try ObjectReader(parsing: body, names: .camelOrSnake)
      var request = EmbeddingRequest(model: model.text, inputs: [])
      if let requests = try body.objects("requests") {
        refuse(unreadOf: body, in: &request)
        var isFirst = true
        for lone in requests {
          try read(lone, into: &request, isFirst: isFirst)
          isFirst = false
        }
      } else {
        request.isLone = true
        try read(body, into: &request, isFirst: true)
      }
      return request
    } catch {
      throw error.fault
    }
  }

  /// One text, and what its vector is for, which must be the same for all.
  private static func read(
    _ given: ObjectReader, into request: inout EmbeddingRequest, isFirst: Bool
  ) throws(ShapeFault) {
    var lone = given
    _ = try lone.string("model")
    guard var content = try lone.object("content") else { throw lone.fault("content", "is missing") }
    _ = try content.string("role")
    var texts: [String] = []
    for var part in try GeminiConversation.oneOrMore("parts", of: &content) ?? [] {
      if let text = try part.string("text") { texts.append(text) }
      refuse(unreadOf: part, in: &request)
    }
    refuse(unreadOf: content, in: &request)
    if texts.isEmpty { throw content.fault("parts", "holds no text") }
    request.inputs.append(.text(texts.joined(separator: "\n")))
    let dimensions = try lone.integer("outputDimensionality")
    var purpose: EmbeddingRequest.Purpose?
    if let task = try lone.string("taskType"), task != "TASK_TYPE_UNSPECIFIED" {
      purpose = purposes.first { $0.task == task }?.purpose
      if purpose == nil { refuse(lone.path(to: "taskType"), in: &request) }
    }
    if isFirst {
      request.dimensions = dimensions
      request.purpose = purpose
    } else {
      if dimensions != request.dimensions { refuse(lone.path(to: "outputDimensionality"), in: &request) }
      if purpose != request.purpose { refuse(lone.path(to: "taskType"), in: &request) }
    }
    refuse(unreadOf: lone, in: &request)
  }

  private static func refuse(unreadOf reader: ObjectReader, in request: inout EmbeddingRequest) {
    for name in reader.unread { refuse(reader.path(to: name), in: &request) }
  }

  private static func refuse(_ path: String, in request: inout EmbeddingRequest) {
    let plain = path.withoutPlaces
    if !request.untranslatable.contains(plain) { request.untranslatable.append(plain) }
  }

  public static func body(of answer: EmbeddingAnswer, to request: EmbeddingRequest) -> ByteSlice {
    var json = JSONWriter(minimumCapacity: 4_096)
    json.object { json in
      if request.isLone {
        json.object("embedding") { json in write(answer.vectors.first ?? [], to: &json) }
      } else {
        json.array("embeddings", of: answer.vectors) { json, vector in
          json.object { json in write(vector, to: &json) }
        }
      }
      if let usage = answer.usage { GeminiUsage.write(usage, to: &json) }
    }
    return json.take()
  }

  private static func write(_ vector: [Float], to json: inout JSONWriter) {
    json.name("values")
    Vectors.write(vector, to: &json)
  }

  // MARK: the provider's side

  /// Of a batch.
  public static func embeddingInputsMax(of model: String) -> Int { 100 }

  public static func body(of request: EmbeddingRequest, losses: inout Losses) -> ByteSlice {
    if request.user != nil { losses.approximate(.user) }
    let model = request.model.hasPrefix("models/") ? request.model : "models/" + request.model
    var hasTokens = false
    var json = JSONWriter(minimumCapacity: 4_096)
    json.object { json in
      json.array("requests", of: request.inputs) { json, input in
        json.object { json in
          json.member("model", model)
          let text: String
          switch input {
          case .text(let given): text = given
          case .tokens:
            hasTokens = true
            text = ""
          }
          json.object("content") { json in
            json.array("parts", of: [text]) { json, text in json.object { $0.member("text", text) } }
          }
          json.member("taskType", ifGiven: purposes.first { $0.purpose == request.purpose }?.task)
          json.member("outputDimensionality", ifGiven: request.dimensions)
        }
      }
    }
    if hasTokens { losses.drop(.embeddingTokens) }
    return json.take()
  }

  public static func embeddingAnswer(from body: ByteSlice, model: String) throws(ShapeFault) -> EmbeddingAnswer {
    let reply = try JSONValue.reply(body)
    var embeddings = try reply.objects("embeddings", in: "")
    if embeddings == nil, let one = try reply.object("embedding", in: "") { embeddings = [one] }
    guard let embeddings else { throw ShapeFault(path: "embeddings", problem: "is missing") }
    if embeddings.count > Vectors.Limits.vectorsMax {
      throw ShapeFault(path: "embeddings", problem: "has too many elements")
    }
    var answer = EmbeddingAnswer(model: model, vectors: [])
    for (index, embedding) in embeddings.enumerated() {
      let path = "embeddings[\(index)].values"
      guard let values = embedding.given("values") else { throw ShapeFault(path: path, problem: "is missing") }
      answer.vectors.append(try Vectors.read(values, at: path))
    }
    answer.usage = try reply.object("usageMetadata", in: "").flatMap { GeminiUsage.read($0.bytes.span) }
    return answer
  }

  /// The first of each purpose is how it is written.
  private static let purposes: [(task: String, purpose: EmbeddingRequest.Purpose)] = [
    ("RETRIEVAL_QUERY", .query), ("RETRIEVAL_DOCUMENT", .document), ("CLASSIFICATION", .classification),
    ("CLUSTERING", .clustering), ("SEMANTIC_SIMILARITY", .similarity), ("QUESTION_ANSWERING", .query),
    ("FACT_VERIFICATION", .query), ("CODE_RETRIEVAL_QUERY", .query),
  ]
}
