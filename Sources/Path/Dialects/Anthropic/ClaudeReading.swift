// ClaudeReading: what requests of Anthropic's dialect and of Bedrock's have in common: turns that are made of blocks.

import Conversation
import Hub
import JSON

/// What a request says that no other dialect has a word for, and how many blocks it has had.
package struct Unheard {
  private enum Limits {
    /// Anthropic's own bound on messages; here it holds for all blocks of all messages together.
    static let blocksMax = 100_000
    /// Of a name that is repeated in an answer.
    static let nameLengthMax = 64
  }

  package private(set) var untranslatable: [String] = []
  package private(set) var hints: [String] = []
  private var blocks = 0

  package init() {}

  /// Puts down `names` of members, once each; `place` is what an agent calls their object, a dot behind it.
  package mutating func note(_ names: [String], in place: String) {
    for name in names {
      let field = place + name.prefix(Limits.nameLengthMax)
      if !untranslatable.contains(field) { untranslatable.append(field) }
    }
  }

  package mutating func hint(_ name: String) {
    if !hints.contains(name) { hints.append(name) }
  }

  package mutating func countBlock() throws(ShapeFault) {
    blocks += 1
    if blocks > Limits.blocksMax {
      throw ShapeFault(path: "", problem: "has more than \(Limits.blocksMax) content blocks")
    }
  }
}

/// Reads the blocks of one dialect.
package protocol ClaudeBlockReading {
  var unheard: Unheard { get set }

  /// The blocks of the member `name`; nothing where it is absent.
  ///
  /// - Parameter place: what an agent calls a block there: `messages[].content[]`.
  mutating func parts(_ object: inout ObjectReader, _ name: String, in place: String) throws(ShapeFault) -> [Part]
}

extension ClaudeBlockReading {
  package mutating func note(_ names: [String], in place: String) { unheard.note(names, in: place) }

  /// `system` and `messages` of a request.
  package mutating func messages(of object: inout ObjectReader) throws(ShapeFault) -> [Message] {
    var messages: [Message] = []
    let system = try parts(&object, "system", in: "system[]")
    if !system.isEmpty { messages.append(Message(.system, system)) }
    guard let given = try object.objects("messages") else { throw object.fault("messages", "is missing") }
    if given.isEmpty { throw object.fault("messages", "must have at least one message") }
    for var message in given {
      let role: Message.Role
      switch try message.required("role") {
      case "user": role = .user
      case "assistant": role = .assistant
      case "system": role = .system
      default: throw message.fault("role", "must be user, assistant or system")
      }
      if message.value("content") == nil { throw message.fault("content", "is missing") }
      let parts = try parts(&message, "content", in: "messages[].content[]")
      messages.append(Message(role, parts.takingSignatures))
      note(message.unread, in: "messages[].")
    }
    return messages
  }
}

extension Thinking {
  /// Thinking that Claude signed, as both dialects spell it: a text and a signature, which is empty where there is none.
  package init(_ text: String, signed signature: String?) {
    self.init(text, signature: signature.flatMap { $0.isEmpty ? nil : Signature(shown: $0, native: .claude) })
  }
}
