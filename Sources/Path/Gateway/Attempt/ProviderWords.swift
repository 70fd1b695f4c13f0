// ProviderWords: what a provider's reply says, asked of its dialect here and nowhere else in Gateway.

import Bytes
import Dialects
import Exchange
import Guard
import HTTP
import Hub
import JSON

/// What a whole reply of a good status is.
enum WholeReply {
  case answer(ModelReply)
  /// An error in the place of an answer.
  case failed(Fault, ModelReply?)
  /// It has nothing of what makes an answer in its dialect.
  case empty(ModelReply?)
  /// Nobody can tell what it says; why.
  case nonsense(String)

  /// - Parameter kind: what it answers.
  init(_ body: ByteSlice, to kind: EndpointRow.Kind, in dialect: any DialectAdapter) {
    do throws(JSONError) {
      let reply = try dialect.reply(body, to: kind)
      // Jobs have a member `error` too; what they are otherwise nobody knows here.
      switch kind == .other || kind == .session ? .answer : reply.shape {
      case .answer: self = .answer(reply)
      case .error: self = .failed(dialect.fault(status: nil, body: body), reply)
      case .empty: self = .empty(reply)
      case .malformed: self = .nonsense("its reply cannot be understood")
      }
    } catch { self = Self.noObject(body, dialect, error) }
  }

  private static func noObject(_ body: ByteSlice, _ dialect: any DialectAdapter, _ error: JSONError) -> WholeReply {
    if body.isEmpty { return .empty(nil) }
    guard let value = try? JSONValue.parse(body.span), value.kind != .object else {
      return .nonsense("its reply is not a JSON object: \(error.description)")
    }
    // Google's errors of calls that could have been streams come in a list.
    return value[0]?["error"] == nil ? .empty(nil) : .failed(dialect.fault(status: nil, body: body), nil)
  }
}
