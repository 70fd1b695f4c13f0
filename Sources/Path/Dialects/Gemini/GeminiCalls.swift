// GeminiCalls: the identifiers of calls in a dialect where they may be missing.

/// Follows the calls of an agent's conversation and finds the one that a result answers. Calls without an identifier
/// are given one by their place in the conversation, which only ever grows, so that the next turn gives them the same.
struct GeminiCalls {
  /// What identifiers begin with that Gemini and its agents did not give; they are not sent to Gemini.
  static let madeUp = "call_gemini_"

  private struct Call {
    let id: String
    let name: String
    var isAnswered = false
  }

  private var open: [Call] = []
  private var count = 0

  /// A turn of the model's begins: results answer its calls alone.
  mutating func turnBegan() { open.removeAll { $0.isAnswered } }

  /// The identifier of the next call.
  mutating func called(_ name: String, id: String?) -> String {
    let id = id.flatMap { $0.isEmpty ? nil : $0 } ?? "\(Self.madeUp)\(count)"
    count += 1
    open.append(Call(id: id, name: name))
    return id
  }

  /// The identifier of the call that a result answers: the one it names, else the first of that name without an answer.
  /// nil where there is none.
  mutating func answered(_ name: String, id: String?) -> String? {
    let place: Int?
    if let id, !id.isEmpty {
      place = open.firstIndex { $0.id == id }
    } else {
      place = open.firstIndex { $0.name == name && !$0.isAnswered }
    }
    guard let place else { return nil }
    open[place].isAnswered = true
    return open[place].id
  }

  /// An identifier for a call that a reply left without: unique among all replies, as `reply` is, and short and plain
  /// enough for every dialect (at most 64 letters, digits, dashes and underscores).
  static func id(in reply: String, at place: Int) -> String {
    let plain = reply.utf8.filter { byte in
      switch byte {
      case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "a")...UInt8(ascii: "z"),
        UInt8(
          ascii: "0")...UInt8(
          ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"):
        true
      default: false
      }
    }
    return "\(madeUp)\(String(decoding: plain.prefix(40), as: UTF8.self))_\(place)"
  }

  /// What a call's identifier is made from where a reply has no name of its own.
  static func replyName(_ given: String?) -> String {
    given.flatMap { $0.isEmpty ? nil : $0 } ?? String(UInt64.random(in: 0 ... .max), radix: 16)
  }
}
