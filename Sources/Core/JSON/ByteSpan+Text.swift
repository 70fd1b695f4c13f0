// ByteSpan+Text: how the scanner looks at bytes: one at a time, or eight at once past the plain ones.

extension Span where Element == UInt8 {
  /// The byte at `index`; 0, which no JSON text holds, past the end.
  @inline(__always) func byte(at index: Int) -> UInt8 {
    // SAFETY: only read below `count`; the scanner's indices start at 0 and never go down.
    index < count ? unsafe self[unchecked: index] : 0
  }

  /// The eight bytes at `index`, the first one lowest; `index + 8` must not pass the end.
  @inline(__always) func word(at index: Int) -> UInt64 {
    // SAFETY: both callers, below, have compared `index + 8` with `count`.
    unsafe UInt64(littleEndian: bytes.unsafeLoadUnaligned(fromUncheckedByteOffset: index, as: UInt64.self))
  }

  /// The bytes from `index` as one number, the first one lowest, zeros past the end or from `limit` on.
  @inline(__always) func word(at index: Int, upTo limit: Int) -> UInt64 {
    if index >= limit { return 0 }
    if index + 8 <= count {
      let word = word(at: index)
      return limit - index >= 8 ? word : word & ((1 &<< UInt64((limit - index) * 8)) - 1)
    }
    var word: UInt64 = 0
    for place in 0..<min(8, limit - index) { word |= UInt64(byte(at: index + place)) &<< UInt64(place * 8) }
    return word
  }

  /// The first index at or after `start` that a string cannot simply run over: a quote, a backslash, a control
  /// character, a byte outside ASCII, or the end.
  @inline(__always) func endOfPlainText(from start: Int) -> Int {
    var at = start
    // Names and short values end within the first words.
    for _ in 0..<4 {
      guard at + 8 <= count else { return endOfPlainTail(from: at) }
      let marks = unplainMarks(word(at: at))
      if marks != 0 { return at + marks.trailingZeroBitCount / 8 }
      at += 8
    }
    return endOfLongPlainText(from: at)
  }

  @inline(never) private func endOfLongPlainText(from start: Int) -> Int {
    var at = start
    while at + 32 <= count {
      let marks =
        unplainMarks(word(at: at)) | unplainMarks(word(at: at + 8)) | unplainMarks(word(at: at + 16))
        | unplainMarks(word(at: at + 24))
      if marks != 0 { break }
      at += 32
    }
    while at + 8 <= count {
      let marks = unplainMarks(word(at: at))
      if marks != 0 { return at + marks.trailingZeroBitCount / 8 }
      at += 8
    }
    return endOfPlainTail(from: at)
  }

  private func endOfPlainTail(from start: Int) -> Int {
    var at = start
    while at < count {
      let byte = byte(at: at)
      if byte < 0x20 || byte >= 0x80 || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") { break }
      at += 1
    }
    return at
  }
}

/// Has the top bit of each byte set that is not plain. Exact up to the lowest mark, which is all that is asked: above
/// it a borrow may set more. A byte outside ASCII marks itself, so the subtractions need not care about it.
@inline(__always) private func unplainMarks(_ word: UInt64) -> UInt64 {
  let ones: UInt64 = 0x0101_0101_0101_0101
  let quotes = (word ^ (ones &* 0x22)) &- ones
  let backslashes = (word ^ (ones &* 0x5C)) &- ones
  let controls = word &- (ones &* 0x20)
  return (word | quotes | backslashes | controls) & (ones &* 0x80)
}
