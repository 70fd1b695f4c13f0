// WholeReply: an answer in one JSON document, with holes where the texts go, so that a large text is never built.

import Bytes
import JSON

struct WholeReply: ~Copyable {
  /// How a text stands in the document.
  enum Style {
    /// As the inside of a string.
    case escaped
    /// As it is, for it is JSON itself.
    case plain
    /// Not at all: it is billed only.
    case hidden
  }

  struct Hole {
    /// Where in the frame it is.
    let place: Int
    let text: ReplyText
    let style: Style

    var count: Int {
      switch style {
      case .escaped: text.escapedCount
      case .plain: text.bytes
      case .hidden: 0
      }
    }
  }

  /// The document without the texts.
  private(set) var frame = ByteBuffer(minimumCapacity: 1024)
  /// In order.
  private(set) var holes: [Hole] = []

  /// Bytes of the document with its texts.
  var count: Int { holes.reduce(frame.count) { $0 + $1.count } }

  init() {}

  mutating func append(_ text: StaticString) { frame.append(text) }
  mutating func append(quoted text: String) { JSONText.appendQuoted(text, to: &frame) }
  mutating func append(decimal number: Int) { frame.append(decimal: number) }
  mutating func append(_ text: ByteSlice) { frame.append(text) }

  /// A string.
  mutating func append(_ text: ReplyText) {
    frame.append("\"")
    holes.append(Hole(place: frame.count, text: text, style: .escaped))
    frame.append("\"")
  }

  /// The arguments of a call as an object; without any where they were cut, since half an object is none.
  mutating func append(argumentsOf content: Content) {
    holes.append(Hole(place: frame.count, text: content.text, style: content.isCut ? .hidden : .plain))
    if content.isCut { frame.append("{}") }
  }

  /// Tokens that are billed and not shown.
  mutating func hide(_ text: ReplyText) { holes.append(Hole(place: frame.count, text: text, style: .hidden)) }

  /// All of it, texts included: for what is part of a stream.
  var flattened: ByteSlice {
    var text = ByteBuffer(minimumCapacity: count)
    var taken = 0
    for hole in holes {
      text.append(frame.span.extracting(taken..<hole.place))
      taken = hole.place
      switch hole.style {
      case .escaped: hole.text.appendEscaped(0..<hole.text.bytes, to: &text)
      case .plain: hole.text.append(0..<hole.text.bytes, to: &text)
      case .hidden: break
      }
    }
    text.append(frame.span.extracting(taken..<frame.count))
    return text.take()
  }
}
