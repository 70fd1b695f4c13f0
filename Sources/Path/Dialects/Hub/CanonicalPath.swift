// CanonicalPath: the one form of a path by which budgets, tables and providers know it.

import Bytes
import Exchange

/// What is refused or metered here under one path must not reach a provider as another (RFC 3986 6.2.2).
public enum CanonicalPath {
  /// `path` with unreserved characters decoded, what some base URLs put before the version or repeat of it left out
  /// (`/openai/v1/...`, `/anthropic/v1/...`, `/v1beta/openai/...`, `/v1/v1/...`), and without one closing slash; nil where it
  /// stands so already.
  ///
  /// - Throws: a 400 for what is still not canonical: empty or dotted segments, backslashes, control characters, broken
  ///   encodings.
  public static func rewriting(_ path: Span<UInt8>) throws(Fault) -> ByteSlice? {
    if isCanonical(path) { return nil }
    var bytes = try decoded(path)
    for (prefix, canonical) in prefixes where starts(bytes, with: prefix) {
      bytes.replaceSubrange(0..<prefix.count, with: canonical)
    }
    if bytes.count > 1, bytes.last == UInt8(ascii: "/") { bytes.removeLast() }
    if !isPlain(bytes.span) { throw notCanonical(path) }
    return ByteSlice(copying: bytes.span)
  }

  /// From the longest; what is left of one may begin with the next.
  private static let prefixes: [(prefix: [UInt8], canonical: [UInt8])] = [
    ("/anthropic/v1/", "/v1/"), ("/v1beta/openai/v1/", "/v1/"), ("/v1beta/openai/", "/v1/"), ("/openai/v1/", "/v1/"),
    ("/v1/v1/", "/v1/"), ("/v1beta/v1beta/", "/v1beta/"),
  ].map { (Array($0.0.utf8), Array($0.1.utf8)) }

  private static func starts(_ bytes: [UInt8], with prefix: [UInt8]) -> Bool {
    bytes.count >= prefix.count && bytes[..<prefix.count].elementsEqual(prefix)
  }

  private static func isCanonical(_ path: Span<UInt8>) -> Bool {
    if path.count > 1, path[path.count - 1] == UInt8(ascii: "/") { return false }
    if path.firstIndex(of: UInt8(ascii: "%")) != nil { return false }
    if path.starts(with: "/anthropic/v1/") || path.starts(with: "/openai/v1/") || path.starts(with: "/v1/v1/")
      || path.starts(with: "/v1beta/openai/") || path.starts(with: "/v1beta/v1beta/")
    {
      return false
    }
    return isPlain(path)
  }

  /// Decodes what need not be encoded (RFC 3986 2.3) and writes what must be in capitals.
  private static func decoded(_ path: Span<UInt8>) throws(Fault) -> [UInt8] {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(path.count)
    var index = 0
    while index < path.count {
      guard path[index] == UInt8(ascii: "%") else {
        bytes.append(path[index])
        index += 1
        continue
      }
      guard index + 2 < path.count, let high = path[index + 1].hexadecimalDigit,
        let low = path[index + 2].hexadecimalDigit
      else { throw notCanonical(path) }
      let byte = high << 4 | low
      if byte.isUnreserved {
        bytes.append(byte)
      } else {
        bytes.append(UInt8(ascii: "%"))
        bytes.append(contentsOf: [high, low].map { $0 < 10 ? $0 + 48 : $0 + 55 })
      }
      index += 3
    }
    return bytes
  }

  /// No `//`, `/./`, `/../`, backslash or control character.
  private static func isPlain(_ path: Span<UInt8>) -> Bool {
    if path.contains("//") || path.contains("\\") || path.contains("%00") || path.contains("%5C") { return false }
    for index in 0..<path.count where path[index] < 0x21 || path[index] == 0x7F { return false }
    var from = 0
    while let dot = path.firstIndex(of: "/.", from: from) {
      let rest = path.extracting(dot + 2..<path.count)
      if rest.isEmpty || rest[0] == UInt8(ascii: "/") || rest.equals(".") || rest.starts(with: "./") { return false }
      from = dot + 2
    }
    return true
  }

  static func notCanonical(_ path: Span<UInt8>) -> Fault {
    Fault(
      party: .agent, status: 400, type: "invalid_request_error", code: "invalid_path",
      message: "\(String(path)) has empty, dotted or encoded segments; write the path in its plain form.")
  }
}

extension UInt8 {
  var hexadecimalDigit: UInt8? {
    switch self {
    case 48...57: self - 48
    case 65...70: self - 55
    case 97...102: self - 87
    default: nil
    }
  }

  fileprivate var isUnreserved: Bool {
    switch self {
    case 48...57, 65...90, 97...122, UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "~"): true
    default: false
    }
  }
}

extension Span where Element == UInt8 {
  /// The text that a part of a path spells (RFC 3986 2.1); nil where it is not UTF-8 or an encoding is broken.
  package var percentDecoded: String? {
    if firstIndex(of: UInt8(ascii: "%")) == nil { return String(self) }
    var bytes: [UInt8] = []
    bytes.reserveCapacity(count)
    var index = 0
    while index < count {
      guard self[index] == UInt8(ascii: "%") else {
        bytes.append(self[index])
        index += 1
        continue
      }
      guard index + 2 < count, let high = self[index + 1].hexadecimalDigit, let low = self[index + 2].hexadecimalDigit
      else { return nil }
      bytes.append(high << 4 | low)
      index += 3
    }
    return String(validating: bytes, as: UTF8.self)
  }
}
