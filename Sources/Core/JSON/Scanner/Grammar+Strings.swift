// Grammar+Strings: strings, their escapes and their UTF-8, as strict as jansson is.

extension Span where Element == UInt8 {
  /// The index after the closing quote of the string `start` lies in.
  @inline(__always) func endOfString(from start: Int) throws(TextFault) -> Int {
    let end = endOfPlainText(from: start)
    return byte(at: end) == UInt8(ascii: "\"") ? end + 1 : try endOfUnplainString(from: end)
  }

  /// The same for a member's name, which must not spell NUL: jansson keeps names as C strings.
  @inline(__always) func endOfName(from start: Int) throws(TextFault) -> Int {
    let end = endOfPlainText(from: start)
    return byte(at: end) == UInt8(ascii: "\"") ? end + 1 : try endOfUnplainString(from: end, isName: true)
  }

  /// The same, standing on something other than plain text. Blocks of sixty-four bytes are looked at once, however many
  /// quotes and line ends are escaped in them.
  private func endOfUnplainString(from start: Int, isName: Bool = false) throws(TextFault) -> Int {
    var at = start
    while true {
      at = endOfPlainText(from: endOfSimpleText(from: at))
      let byte = byte(at: at)
      if byte == UInt8(ascii: "\"") { return at + 1 }
      if byte == UInt8(ascii: "\\") {
        at = try endOfEscape(from: at, isName: isName)
      } else if byte >= 0x80 {
        at = try endOfMultibyteText(from: at)
      } else if at < count {
        throw TextFault(message: "control character in a string", position: at)
      } else {
        throw TextFault(message: "the text ends inside a string", position: at)
      }
    }
  }

  /// The first index at or after `start` that holds neither plain text nor an escape of two bytes; somewhere before the
  /// last sixty-four bytes of the text it gives up and leaves the rest to the caller.
  private func endOfSimpleText(from start: Int) -> Int {
    var at = start
    while at + 64 <= count {
      var marks = unplainBits(at)
      while true {
        let offset = marks.trailingZeroBitCount
        if offset == 64 { break }
        // SAFETY: at + offset lies inside the block, whose end was compared with `count`.
        guard unsafe self[unchecked: at + offset] == UInt8(ascii: "\\"), isSimpleEscape(byte(at: at + offset + 1))
        else {
          return at + offset
        }
        if offset == 63 {
          at += 1
          break
        }
        marks &= ~(3 &<< UInt64(offset))
      }
      at += 64
    }
    return at
  }

  /// `"`, `/`, `\`, b, f, n, r and t, as bits of the two halves of ASCII.
  @inline(__always) private func isSimpleEscape(_ byte: UInt8) -> Bool {
    let bits: UInt64 = byte < 64 ? 0x0000_8004_0000_0000 : byte < 128 ? 0x0014_4044_1000_0000 : 0
    return bits &>> UInt64(byte & 63) & 1 == 1
  }

  /// The index after the escape whose backslash is at `start`. Lone surrogates are refused.
  private func endOfEscape(from start: Int, isName: Bool) throws(TextFault) -> Int {
    switch byte(at: start + 1) {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"), UInt8(ascii: "b"), UInt8(ascii: "f"),
      UInt8(ascii: "n"), UInt8(ascii: "r"), UInt8(ascii: "t"):
      return start + 2
    case UInt8(ascii: "u"):
      guard let unit = codeUnit(at: start + 2) else { break }
      if unit == 0, isName { throw TextFault(message: "\\u0000 is not allowed in a name", position: start) }
      guard unit & 0xF800 == 0xD800 else { return start + 6 }
      // A pair of surrogates spells one character, RFC 8259 7.
      if unit < 0xDC00, byte(at: start + 6) == UInt8(ascii: "\\"), byte(at: start + 7) == UInt8(ascii: "u"),
        let low = codeUnit(at: start + 8), low & 0xFC00 == 0xDC00
      {
        return start + 12
      }
      throw TextFault(message: "lone surrogate in an escape", position: start)
    default: break
    }
    throw TextFault(message: "invalid escape", position: start)
  }

  /// What four hexadecimal digits spell.
  func codeUnit(at start: Int) -> UInt32? {
    var unit: UInt32 = 0
    for index in start..<start + 4 {
      let byte = byte(at: index)
      switch byte {
      case UInt8(ascii: "0")...UInt8(ascii: "9"): unit = unit << 4 | UInt32(byte - 48)
      case UInt8(ascii: "a")...UInt8(ascii: "f"): unit = unit << 4 | UInt32(byte - 87)
      case UInt8(ascii: "A")...UInt8(ascii: "F"): unit = unit << 4 | UInt32(byte - 55)
      default: return nil
      }
    }
    return unit
  }

  /// The index after a run of well-formed multi-byte characters (Unicode table 3-7: no overlongs, no surrogates).
  private func endOfMultibyteText(from start: Int) throws(TextFault) -> Int {
    var at = start
    while true {
      let lead = byte(at: at)
      if lead < 0x80 { return at }
      let second = byte(at: at + 1)
      let length: Int
      switch lead {
      case 0xC2...0xDF where isContinuation(second): length = 2
      case 0xE0 where second >= 0xA0 && second <= 0xBF: length = 3
      case 0xED where second >= 0x80 && second <= 0x9F: length = 3
      case 0xE1...0xEC where isContinuation(second), 0xEE...0xEF where isContinuation(second): length = 3
      case 0xF0 where second >= 0x90 && second <= 0xBF: length = 4
      case 0xF1...0xF3 where isContinuation(second): length = 4
      case 0xF4 where second >= 0x80 && second <= 0x8F: length = 4
      default: throw TextFault(message: "invalid UTF-8", position: at)
      }
      if length > 2, !isContinuation(byte(at: at + 2)) || length == 4 && !isContinuation(byte(at: at + 3)) {
        throw TextFault(message: "invalid UTF-8", position: at)
      }
      at += length
    }
  }

  @inline(__always) private func isContinuation(_ byte: UInt8) -> Bool { byte & 0xC0 == 0x80 }
}
