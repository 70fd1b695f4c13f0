// CallIdentifier: identifiers of calls in the letters and the length that one provider takes.

/// A function of the agent's identifier alone, so that a call and its result, and the same call in every later turn, get the
/// same one, and two that differ do not meet: what is changed ends in 64 bits of a digest of the whole.
package enum CallIdentifier {
  /// The most characters that OpenAI takes, in chat completions and in responses.
  package static let chatMax = 40
  package static let responsesMax = 64

  /// `id` where it has at most `most` characters, all of them letters, digits, dashes and underscores where `isPlain`.
  package static func fitting(_ id: String, atMost most: Int, isPlain: Bool) -> String {
    let isLong = id.utf8.count > most
    if !isLong, !isPlain || id.utf8.allSatisfy(isAllowed) { return id }
    let mark = digits(of: digest(id), base: 36, count: 13)
    let kept = id.utf8.prefix(most - 14).map { isAllowed($0) ? $0 : UInt8(ascii: "_") }
    return String(decoding: kept, as: UTF8.self) + "_" + mark
  }

  /// `id` where it has nine letters and digits, as Mistral's own have.
  package static func nineLetters(_ id: String) -> String {
    if id.utf8.count == 9, id.utf8.allSatisfy({ isAllowed($0) && $0 != 45 && $0 != 95 }) { return id }
    return digits(of: digest(id), base: 62, count: 9)
  }

  private static func isAllowed(_ byte: UInt8) -> Bool {
    switch byte {
    case 48...57, 65...90, 97...122, 45, 95: true
    default: false
    }
  }

  private static func digits(of number: UInt64, base: UInt64, count: Int) -> String {
    let alphabet = Array("0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ".utf8)
    var rest = number
    var digits: [UInt8] = []
    for _ in 0..<count {
      digits.append(alphabet[Int(rest % base)])
      rest /= base
    }
    return String(decoding: digits, as: UTF8.self)
  }

  /// FNV-1a (datatracker.ietf.org/doc/html/draft-eastlake-fnv), its bits mixed once more because only the lowest digits
  /// may be taken. Nobody but the agent itself could make two meet.
  private static func digest(_ text: String) -> UInt64 {
    var hash: UInt64 = 0xcbf2_9ce4_8422_2325
    for byte in text.utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
    hash = (hash ^ (hash >> 33)) &* 0xff51_afd7_ed55_8ccd
    hash = (hash ^ (hash >> 33)) &* 0xc4ce_b9fe_1a85_ec53
    return hash ^ (hash >> 33)
  }
}
