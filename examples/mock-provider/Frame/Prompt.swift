// Prompt: a conversation as it was read: what it costs, and what the user asked last.

import Bytes

struct Prompt {
  /// What the conversation costs.
  private(set) var tokens = UsageRule.chatOverhead
  /// The last text of the user, which is what the reply echoes and what steers it.
  private(set) var question = ""
  /// Whether the conversation ends with that text: only then may a line of it call tools.
  private(set) var endsWithQuestion = false

  /// Of a longer question only the beginning is looked at.
  static let questionBytesMax = 4096

  init() {}

  /// Another message that costs as much as its texts; `question` is what the user says in it.
  mutating func add(_ texts: [String], question: [String]? = nil) {
    let bytes = texts.reduce(0) { $0 + $1.utf8.count }
    tokens += UsageRule.messageOverhead + UsageRule.tokens(ofBytes: bytes)
    endsWithQuestion = question?.isEmpty == false
    if let question, !question.isEmpty { self.question = question.joined(separator: "\n") }
  }

  /// The same question, counted where it stood in the body.
  init(tokens: Int, question: String) {
    self.tokens = tokens
    self.question = question
    endsWithQuestion = true
  }

  /// The beginning of the question, for the reply to echo.
  var opening: ByteSlice {
    let all = ByteSlice(question)
    return all.slice(0..<all.span.characterBoundary(notAfter: ReplyText.echoBytesMax))
  }
}
