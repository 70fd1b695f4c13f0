// OpenAIChat+Embeddings: vectors of texts (developers.openai.com/api/reference/resources/embeddings).
//
// What the vectors are for has no name in OpenAI's own API; servers that copy it take `input_type`
// (docs.nvidia.com/nim/nemo-retriever/text-embedding), which agents may use, and providers are not sent: dropped.

import Bytes
import Conversation
import Exchange
import Hub
import JSON

extension OpenAIChat: EmbeddingSpoke {
  // MARK: the agent's side

  public static func embeddingRequest(
    from body: ByteSlice, model: ModelName
  ) throws(Fault) -> EmbeddingRequest {
    do throws(ShapeFault) {
      var body = try ObjectReader(parsing: body)
      return try embeddingRequest(&body, model)
    } catch {
      throw error.fault
    }
  }

  private static func embeddingRequest(
    _ body: inout ObjectReader, _ model: ModelName
  ) throws(ShapeFault) -> EmbeddingRequest {
    _ = body.value("model")
    var request = EmbeddingRequest(model: model.text, inputs: try inputs(&body))
    request.dimensions = try body.integer("dimensions")
    if let dimensions = request.dimensions, dimensions < 1 { throw body.fault("dimensions", "must be at least 1") }
    switch try body.string("encoding_format") {
    case nil, "float": break
    case "base64": request.wantsBase64 = true
    default: throw body.fault("encoding_format", "must be float or base64")
    }
    request.user = try body.string("user")
    if let purpose = try body.string("input_type") {
      request.purpose = Self.purpose(purpose)
      if request.purpose == nil { request.untranslatable.append("input_type") }
    }
    request.untranslatable += body.unread
    return request
  }

  private static func purpose(_ word: String) -> EmbeddingRequest.Purpose? {
    switch word {
    case "query", "search_query": .query
    case "document", "passage", "search_document": .document
    default: EmbeddingRequest.Purpose(rawValue: word)
    }
  }

  /// A text, texts, a text as numbers of the model's vocabulary, or several such.
  private static func inputs(_ body: inout ObjectReader) throws(ShapeFault) -> [EmbeddingRequest.Input] {
    guard let input = body.value("input") else { throw body.fault("input", "is missing") }
    if let text = input.string { return [.text(text)] }
    guard let elements = input.elements, !elements.isEmpty else {
      throw body.fault("input", "must be a string or an array that is not empty")
    }
    if elements[0].integer != nil { return [.tokens(try tokens(input, "input", of: body))] }
    var inputs: [EmbeddingRequest.Input] = []
    inputs.reserveCapacity(elements.count)
    for (index, element) in elements.enumerated() {
      if let text = element.string {
        inputs.append(.text(text))
      } else {
        inputs.append(.tokens(try tokens(element, "input[\(index)]", of: body)))
      }
    }
    return inputs
  }

  private static func tokens(
    _ value: JSONValue, _ name: String, of body: ObjectReader
  ) throws(ShapeFault) -> [Int64] {
    let tokens = value.elements?.compactMap(\.integer)
    guard let tokens, !tokens.isEmpty, tokens.count == value.count else {
      throw body.fault(name, "must be a string or an array of integers")
    }
    return tokens
  }

  public static func body(of answer: EmbeddingAnswer, to request: EmbeddingRequest) -> ByteSlice {
    var writer = JSONWriter(minimumCapacity: 1_024)
    writer.object { reply in
      reply.member("object", "list")
      reply.name("data")
      reply.beginArray()
      for (index, vector) in answer.vectors.enumerated() {
        reply.object { entry in
          entry.member("object", "embedding")
          entry.member("index", Int64(index))
          entry.name("embedding")
          if request.wantsBase64 { entry.string(Vectors.base64(vector)) } else { Vectors.write(vector, to: &entry) }
        }
      }
      reply.endArray()
      reply.member("model", answer.model)
      let input = answer.usage?.input ?? .zero
      reply.object("usage") {
        $0.member("prompt_tokens", input.value)
        $0.member("total_tokens", (answer.usage?.reportedTotal ?? input).value)
      }
    }
    return writer.take()
  }

  // MARK: the provider's side

  /// "The input array must be 2048 dimensions or less", of the API reference.
  public static func embeddingInputsMax(of model: String) -> Int { 2_048 }

  public static func body(of request: EmbeddingRequest, losses: inout Losses) -> ByteSlice {
    losses.drop(.embeddingPurpose, ifGiven: request.purpose)
    var writer = JSONWriter(minimumCapacity: 1_024)
    writer.object { body in
      body.member("model", request.model)
      body.array("input", of: request.inputs) { writer, input in
        switch input {
        case .text(let text): writer.string(text)
        case .tokens(let tokens):
          writer.beginArray()
          for token in tokens { writer.integer(token) }
          writer.endArray()
        }
      }
      body.member("dimensions", ifGiven: request.dimensions)
      body.member("encoding_format", request.wantsBase64 ? "base64" : "float")
      body.member("user", ifGiven: request.user)
    }
    return writer.take()
  }

  public static func embeddingAnswer(from body: ByteSlice, model: String) throws(ShapeFault) -> EmbeddingAnswer {
    var reply = try ObjectReader(parsing: body)
    guard let entries = try reply.objects("data") else { throw reply.fault("data", "is missing") }
    var vectors = [[Float]?](repeating: nil, count: entries.count)
    for (place, entry) in entries.enumerated() {
      var entry = entry
      let index = try entry.integer("index") ?? Int64(place)
      guard vectors.indices.contains(Int(clamping: index)), vectors[Int(index)] == nil else {
        throw entry.fault("index", "must be that of one of the inputs")
      }
      vectors[Int(index)] = try vector(&entry)
    }
    var answer = EmbeddingAnswer(
      model: try reply.string("model") ?? model, vectors: vectors.map { $0! },
      usage: ReportedUsage.read(reply.value("usage")))
    answer.id = try reply.string("id")
    return answer
  }

  private static func vector(_ entry: inout ObjectReader) throws(ShapeFault) -> [Float] {
    guard let value = entry.value("embedding") else { throw entry.fault("embedding", "is missing") }
    let path = entry.path(to: "embedding")
    if let text = value.string { return try Vectors.read(base64: text, at: path) }
    return try Vectors.read(value, at: path)
  }
}
