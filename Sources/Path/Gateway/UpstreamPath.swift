// UpstreamPath: where on a backend a call goes.

import Bytes
import Exchange
import Guard
import HTTP

extension LiveBackend {
  /// The path of a call whose agent speaks the backend's dialect: the agent's `/v1` is the backend's base path; where the
  /// model stands in the path, it is the backend's name for it.
  func appendPath(of call: Call, model: ModelName?, to head: inout ByteBuffer) {
    let request = call.request
    let model = model?.text ?? ""
    switch call.endpoint {
    case .gemini(let method, _): appendGemini(method, model, to: &head)
    case .bedrock(let method, _): appendBedrock(method, model, to: &head)
    case .deployment(let method, _): appendOpenAI(method, model, to: &head)
    case .chatCompletions where apiVersion != nil: appendOpenAI(.chatCompletions, model, to: &head)
    case .completions where apiVersion != nil: appendOpenAI(.completions, model, to: &head)
    case .embeddings where apiVersion != nil: appendOpenAI(.embeddings, model, to: &head)
    case .chatCompletions, .completions, .embeddings, .responses, .messages, .countTokens, .cohere, .models, .model,
      .passThrough:
      head.append(call.dialect == .openAI ? basePath : nativePath)
      if request.wantsWebSocket { return call.appendSession(model: model, to: &head) }
      head.append(request.target.extracting(Endpoint.baseCount(of: request.path)..<request.target.count))
    }
  }

  /// The path of a call that was put into the words of `dialect`.
  func appendPath(
    in dialect: Dialect, embeds: Bool, counts: Bool, model: ModelName?, streams: Bool, to head: inout ByteBuffer
  ) {
    let model = model?.text ?? ""
    if counts { return appendCounting(in: dialect, model, to: &head) }
    switch dialect {
    case .openAI: appendOpenAI(embeds ? .embeddings : .chatCompletions, model, to: &head)
    case .responses:
      head.append(nativePath)
      head.append("/responses")
    case .anthropic:
      head.append(nativePath)
      head.append("/messages")
    case .gemini:
      appendGemini(embeds ? .batchEmbedContents : streams ? .streamGenerateContent : .generateContent, model, to: &head)
    case .bedrock: appendBedrock(embeds ? .invoke : streams ? .converseStream : .converse, model, to: &head)
    case .cohere:
      head.append(nativePath)
      head.append(embeds ? "/v2/embed" : "/v2/chat")
    }
  }

  private func appendCounting(in dialect: Dialect, _ model: String, to head: inout ByteBuffer) {
    if dialect == .gemini { return appendGemini(.countTokens, model, to: &head) }
    head.append(nativePath)
    switch dialect {
    case .responses: head.append("/responses/input_tokens")
    case .bedrock:
      head.append("/model/")
      head.append(percentEncoded: Self.withoutRegion(model), isPathLike: false)
      head.append("/count-tokens")
    case .anthropic, .openAI, .gemini, .cohere: head.append("/messages/count_tokens")
    }
  }

  /// Tokens are counted by a model, not by the profile that spreads its calls over regions: `us.anthropic.claude-...`.
  private static func withoutRegion(_ model: String) -> String {
    let regions = ["us", "eu", "apac", "global", "jp", "au", "ca", "us-gov"]
    guard let dot = model.firstIndex(of: "."), regions.contains(String(model[..<dot])) else { return model }
    return String(model[model.index(after: dot)...])
  }

  private func appendOpenAI(_ method: DeploymentMethod, _ model: String, to head: inout ByteBuffer) {
    head.append(basePath)
    head.append("/")
    if let apiVersion {
      head.append("deployments/")
      head.append(percentEncoded: model, isPathLike: false)
      head.append("/")
      head.append(method.rawValue)
      head.append("?api-version=")
      head.append(apiVersion)
    } else {
      head.append(method.rawValue)
    }
  }

  private func appendGemini(_ method: GeminiMethod, _ model: String, to head: inout ByteBuffer) {
    head.append(nativePath)
    head.append("/models/")
    head.append(percentEncoded: model, isPathLike: true)
    head.append(":")
    head.append(method.rawValue)
    if method == .streamGenerateContent { head.append("?alt=sse") }
  }

  private func appendBedrock(_ method: BedrockMethod, _ model: String, to head: inout ByteBuffer) {
    head.append(nativePath)
    head.append("/model/")
    head.append(percentEncoded: model, isPathLike: false)
    head.append("/")
    head.append(method.rawValue)
  }
}

extension ByteBuffer {
  /// Text as a part of a path: what is neither unreserved nor `@` is encoded (RFC 3986 2.1), but for the slashes of what
  /// is a path itself.
  mutating func append(percentEncoded text: String, isPathLike: Bool) {
    for byte in text.utf8 {
      switch byte {
      case 48...57, 65...90, 97...122, UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "~"),
        UInt8(ascii: "@"):
        append(byte: byte)
      case UInt8(ascii: "/") where isPathLike:
        append(byte: byte)
      default:
        append("%")
        append(byte < 16 ? "0" : "")
        append(String(byte, radix: 16, uppercase: true))
      }
    }
  }
}
