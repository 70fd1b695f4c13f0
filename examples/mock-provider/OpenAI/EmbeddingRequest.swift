// EmbeddingRequest: the body of /v1/embeddings.

import Bytes
import JSON

/// What any dialect's call for vectors costs.
struct EmbeddingCost: Sendable {
  let model: String
  var user: String?
  let promptTokens: Int
}

struct EmbeddingRequest: Sendable {
  private enum Name: String, FieldName {
    case model, input, dimensions, user
    case encodingFormat = "encoding_format"
  }
  private static let scanner = FieldScanner<Name>()
  private static let dimensionsByDefault = 64

  let model: String
  let user: String?
  let inputs: [Input]
  let dimensions: Int
  /// Little-endian 32-bit floats in base64, which the openai package asks for, instead of a list of numbers.
  let isBase64: Bool

  var cost: EmbeddingCost {
    EmbeddingCost(model: model, user: user, promptTokens: inputs.reduce(0) { $0 + $1.tokens })
  }

  /// `deployment` is the model that Azure's path names.
  init(_ body: Span<UInt8>, deployment: String? = nil, _ knobs: Knobs) throws(Refusal) {
    let fields = try Self.scanner.read(body)
    if let deployment { model = deployment } else { model = try fields.model(.model, in: body, knobs) }
    user = try fields.string(.user, in: body)
    dimensions = try fields.integer(.dimensions, in: body, atMost: 4096) ?? Self.dimensionsByDefault
    switch try fields.string(.encodingFormat, in: body) {
    case nil, "float": isBase64 = false
    case "base64": isBase64 = true
    case .some:
      throw .invalid(
        "Invalid value for 'encoding_format': expected 'float' or 'base64'.", param: "encoding_format",
        code: "invalid_value")
    }
    guard let input = fields.value(.input) else {
      throw .invalid("Missing required parameter: 'input'.", param: "input")
    }
    inputs = try Input.list(input, named: "input", in: body)
  }
}
