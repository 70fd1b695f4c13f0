// Wish: what the lines of a question, or the knobs, ask for besides an answer.

struct Wish {
  enum Thinking {
    case shown
    case redacted
  }

  private static let lineBytesMax = 200

  /// In order, as they are to be called.
  private(set) var tools: [String] = []
  private(set) var thinking: Thinking?
  private(set) var refuses = false
  /// Says a sentence before it calls tools.
  private(set) var explains = false
  private(set) var cached: Int
  private(set) var created: Int

  init(_ question: String, _ knobs: Knobs) {
    cached = knobs.cached
    created = knobs.created
    if knobs.thinks { thinking = .shown }
    for line in question.utf8.split(separator: UInt8(ascii: "\n")) where line.count <= Self.lineBytesMax {
      let words = Substring(line).split { $0.isWhitespace }
      switch words.first {
      case "think" where words.count == 1: thinking = .shown
      case "think" where words.count == 2 && words[1] == "redacted": thinking = .redacted
      case "refuse" where words.count == 1: refuses = true
      case "explain" where words.count == 1: explains = true
      case "cached" where words.count == 2: cached = Int(words[1]).map { max(0, $0) } ?? cached
      case "created" where words.count == 2: created = Int(words[1]).map { max(0, $0) } ?? created
      case "call" where words.count >= 3 && words[1] == "tool": tools.append(String(words[2]))
      default: continue
      }
    }
  }
}
