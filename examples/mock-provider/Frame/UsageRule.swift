// UsageRule: what a call costs, by a rule simple enough to be checked by hand.

/// Tokens, in and out. A real provider counts with a tokenizer; this one counts bytes.
enum UsageRule {
  static let help = """
    Usage: a token is four bytes of UTF-8, begun tokens count.
      prompt_tokens = 3 + for each message (4 + bytes of its text / 4, rounded up); for completions, embeddings and
      reranks the bytes of each text / 4, rounded up; a prompt given as token numbers costs one each.
      completion_tokens = bytes / 4, rounded up, of each choice's thoughts, text and arguments of each tool call.
      A stream sends one token per chunk. A call that ends early is billed its prompt and the tokens sent until then;
      an error status, garbage and close are billed nothing.
    """

  static let bytesPerToken = 4
  static let chatOverhead = 3
  static let messageOverhead = 4

  /// How many tokens `bytes` bytes of UTF-8 are.
  static func tokens(ofBytes bytes: Int) -> Int { (bytes + bytesPerToken - 1) / bytesPerToken }
}
