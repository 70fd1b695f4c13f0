// ByteSpan+Text: how the scanner looks at bytes: one at a time, eight in a word, or sixty-four in vectors.

extension Span where Element == UInt8 {
  /// The byte at `index`; 0, which no JSON text holds, past the end.
  @inline(__always) func byte(at index: Int) -> UInt8 {
    // SAFETY: only read below `count`; the scanner's indices start at 0 and never go down.
    index < count ? unsafe self[unchecked: index] : 0
  }

  /// The eight bytes at `index`, the first one lowest; `index + 8` must not pass the end.
  @inline(__always) private func word(at index: Int) -> UInt64 {
    // SAFETY: all callers are in this file and have compared `index + 8` with `count`.
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
    for _ in 0..<8 {
      guard at + 8 <= count else { return endOfPlainTail(from: at) }
      let marks = unplainMarks(word(at: at))
      if marks != 0 { return at + marks.trailingZeroBitCount / 8 }
      at += 8
    }
    return endOfLongPlainText(from: at)
  }

  /// The same for texts longer than a name or a sentence: prompts, files, images.
  @inline(never) private func endOfLongPlainText(from start: Int) -> Int {
    var at = start
    while at + 64 <= count {
      let marks = (unplainLanes(at) .| unplainLanes(at + 16)) .| (unplainLanes(at + 32) .| unplainLanes(at + 48))
      // SAFETY: both are sixteen bytes of plain bits.
      let folded = unsafe unsafeBitCast(marks, to: SIMD2<UInt64>.self)
      if folded[0] | folded[1] != 0 { break }
      at += 64
    }
    while at + 8 <= count {
      let marks = unplainMarks(word(at: at))
      if marks != 0 { return at + marks.trailingZeroBitCount / 8 }
      at += 8
    }
    return endOfPlainTail(from: at)
  }

  /// Which of the sixteen bytes at `index` are not plain. As signed numbers the bytes outside ASCII are negative, so
  /// one comparison finds them with the control characters. (Comparing with a vector, not with a scalar, is what makes
  /// the compiler use one instruction.)
  @inline(__always) private func unplainLanes(_ index: Int) -> SIMDMask<SIMD16<Int8>> {
    // SAFETY: the only caller has compared `index + 16` with `count`.
    let lanes = unsafe bytes.unsafeLoadUnaligned(fromUncheckedByteOffset: index, as: SIMD16<Int8>.self)
    return (lanes .< SIMD16(repeating: 0x20)) .| (lanes .== SIMD16(repeating: 0x22))
      .| (lanes .== SIMD16(repeating: 0x5C))
  }

  /// Which of the sixty-four bytes at `index` are not plain, the first one lowest; `index + 64` must not pass the end.
  @inline(__always) func unplainBits(_ index: Int) -> UInt64 {
    var bits: UInt64 = 0
    for part in 0..<4 {
      // SAFETY: both are sixteen bytes of plain bits.
      let lanes = unsafe unsafeBitCast(unplainLanes(index + part * 16), to: SIMD2<UInt64>.self)
      bits |= (Self.bits(lanes[0]) | Self.bits(lanes[1]) &<< 8) &<< UInt64(part * 16)
    }
    return bits
  }

  /// One bit for each byte of `lanes`, which are all ones or all zeros: the multiplication gathers them in the top byte.
  @inline(__always) private static func bits(_ lanes: UInt64) -> UInt64 {
    ((lanes & 0x0101_0101_0101_0101) &* 0x0102_0408_1020_4080) &>> 56
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

  /// The first index at or after `start` that holds no decimal digit.
  @inline(__always) func endOfDigits(from start: Int) -> Int {
    var at = start
    while at + 8 <= count {
      let marks = undigitMarks(word(at: at))
      if marks != 0 { return at + marks.trailingZeroBitCount / 8 }
      at += 8
    }
    while byte(at: at) &- 48 < 10 { at += 1 }
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

/// The same trick for bytes other than decimal digits, which become 0 to 9 first; a carry, too, only spoils marks
/// above the lowest.
@inline(__always) private func undigitMarks(_ word: UInt64) -> UInt64 {
  let ones: UInt64 = 0x0101_0101_0101_0101
  let digits = word ^ (ones &* 0x30)
  return (digits | (digits &+ (ones &* 0x76))) & (ones &* 0x80)
}
