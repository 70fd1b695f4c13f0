// HostGrammar: which texts are hosts and path segments of an address (RFC 3986 3.2.2 and 3.3).

enum HostGrammar {
  /// A DNS name (RFC 1123 2.1, and `_`, which container networks use) or a dotted IPv4 address. A name whose last label
  /// is a number must be an address: `127.1` and `1.2.3.256` mean different things to different resolvers.
  static func isNameOrIPv4(_ text: String) -> Bool {
    let labels = text.split(separator: ".", omittingEmptySubsequences: false)
    if labels.last!.utf8.first?.isDigit == true, labels.last!.utf8.allSatisfy({ $0.isHexadecimalDigit || $0 == 120 }) {
      return isIPv4(text)
    }
    return text.utf8.count <= 253
      && labels.allSatisfy { label in
        let bytes = label.utf8
        return (1...63).contains(bytes.count) && bytes.first != 45 && bytes.last != 45
          && bytes.allSatisfy { $0.isLetter || $0.isDigit || $0 == 45 || $0 == 95 }
      }
  }

  /// Four decimal numbers below 256, without leading zeros (which some resolvers read as octal).
  static func isIPv4(_ text: some StringProtocol) -> Bool {
    let parts = text.split(separator: ".", omittingEmptySubsequences: false)
    return parts.count == 4
      && parts.allSatisfy { part in
        part.utf8.allSatisfy(\.isDigit) && UInt8(part) != nil && (part == "0" || part.utf8.first != 48)
      }
  }

  /// Eight groups of up to four hexadecimal digits; `::` once, for one group of zeros or more; the last two groups
  /// perhaps as an IPv4 address. No zone: link-local addresses mean something else on each machine.
  static func isIPv6(_ text: String) -> Bool {
    let bytes = Array(text.utf8)
    guard let gap = zip(bytes, bytes.dropFirst()).enumerated().first(where: { $0.element == (58, 58) })?.offset else {
      return groupCount(bytes[...], mayEndInIPv4: true) == 8
    }
    guard let before = groupCount(bytes[..<gap], mayEndInIPv4: false),
      let after = groupCount(bytes[(gap + 2)...], mayEndInIPv4: true)
    else { return false }
    return before + after <= 7
  }

  private static func groupCount(_ bytes: ArraySlice<UInt8>, mayEndInIPv4: Bool) -> Int? {
    if bytes.isEmpty { return 0 }
    var groups = bytes.split(separator: UInt8(ascii: ":"), omittingEmptySubsequences: false)
    var count = 0
    if mayEndInIPv4, isIPv4(String(decoding: groups.last!, as: UTF8.self)) {
      groups.removeLast()
      count = 2
    }
    for group in groups {
      guard (1...4).contains(group.count), group.allSatisfy(\.isHexadecimalDigit) else { return nil }
      count += 1
    }
    return count
  }

  static func isPathSegment(_ text: Substring) -> Bool {
    let bytes = Array(text.utf8)
    let marks = Array("-._~!$&'()*+,;=:@".utf8)
    var index = 0
    while index < bytes.count {
      if bytes[index] == UInt8(ascii: "%") {
        guard index + 2 < bytes.count, bytes[index + 1].isHexadecimalDigit, bytes[index + 2].isHexadecimalDigit else {
          return false
        }
        index += 3
        continue
      }
      if !bytes[index].isLetter && !bytes[index].isDigit && !marks.contains(bytes[index]) { return false }
      index += 1
    }
    return true
  }
}
