// ProviderWords: what a provider's reply says, asked of its dialect here and nowhere else in Gateway.

import Bytes
import Dialects
import Exchange
import Guard
import HTTP
import JSON
import Translation

extension Dialect {
  /// What an error says, and whether another candidate may make it good.
  ///
  /// - Parameter status: that of the reply; nil for an error in the place of an answer.
  func fault(status: Int?, body: ByteSlice) -> Fault {
    guard let spoke else {
      return Fault(
        party: .provider, status: status ?? 502, type: "server_error", code: "provider_error",
        message: "The provider answered with an error.", trigger: .error)
    }
    return spoke.fault(status: status, body: body)
  }
}

extension AmazonEvent {
  /// What an exception of a stream says, or an error event of the invoked model's own, whose payload is `data`.
  func fault(saying data: ByteSlice) -> Fault {
    if messageType.span.equals("event") { return Dialect.anthropic.fault(status: nil, body: data) }
    let name = text(":exception-type") ?? text(":error-code") ?? ByteSlice()
    return BedrockConverse.fault(exception: String(name.span), payload: data)
  }
}

/// What a whole reply of a good status is.
enum WholeReply {
  case answer(ModelReply)
  /// An error in the place of an answer.
  case failed(Fault, ModelReply?)
  /// It has nothing of what makes an answer in its dialect.
  case empty(ModelReply?)
  /// Nobody can tell what it says; why.
  case nonsense(String)

  /// - Parameter kind: what it must be; nil where everything that is an object is an answer.
  init(_ body: ByteSlice, of kind: ModelReply.Kind?, in dialect: Dialect) {
    do throws(JSONError) {
      let reply = try ModelReply(body, in: dialect)
      guard let kind else {
        self = .answer(reply)
        return
      }
      if reply.isError {
        self = .failed(dialect.fault(status: nil, body: body), reply)
      } else if reply.isAnswer(kind) {
        self = .answer(reply)
      } else {
        self = kind == .answer && reply.isMalformed ? .nonsense("its reply cannot be understood") : .empty(reply)
      }
    } catch { self = Self.noObject(body, dialect, error) }
  }

  private static func noObject(_ body: ByteSlice, _ dialect: Dialect, _ error: JSONError) -> WholeReply {
    if body.isEmpty { return .empty(nil) }
    guard let value = try? JSONValue.parse(body.span), value.kind != .object else {
      return .nonsense("its reply is not a JSON object: \(error.description)")
    }
    // Google's errors of calls that could have been streams come in a list.
    return value[0]?["error"] == nil ? .empty(nil) : .failed(dialect.fault(status: nil, body: body), nil)
  }
}

extension Endpoint {
  /// What a whole reply must be; nil where its shape is not known here.
  var replyKind: ModelReply.Kind? {
    if !isModelCall { return nil }
    if isConversation { return .answer }
    if isEmbedding { return .embedding }
    switch self {
    case .completions, .deployment(.completions, _): return .answer
    default: return .other
    }
  }
}
