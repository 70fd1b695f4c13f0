// JSONValue: a parsed or built JSON document, kept by jansson; the only file family that knows the library.

import Bytes
internal import CJansson

/// What kind of value a JSON text spells. A number is an integer when it has neither fraction nor exponent.
public enum JSONKind: UInt8, Hashable, Sendable {
  case object, array, string, integer, real, boolean, null
}

/// One value of a JSON document. Values never change once made, so they may be shared and kept: each holds on to the
/// document it belongs to.
@safe
public struct JSONValue: @unchecked Sendable {
  /// The document's root, released with the last value that points into it.
  let document: JSONDocument
  // SAFETY: points into `document`'s tree (or is its root), which nobody changes after it was made.
  let node: UnsafeMutablePointer<json_t>

  /// Reads `bytes` as one object or array, as RFC 8259 and jansson's `json_loadb` understand it: UTF-8 only, NUL
  /// only escaped and not in names, at most 2048 levels. Numbers beyond Int64 and Double keep their text. Of members
  /// with the same name the last counts, unless `rejectingDuplicates`. Throws where and why the text is none of this.
  public static func parse(
    _ bytes: Span<UInt8>, rejectingDuplicates: Bool = false
  ) throws(JSONError) -> JSONValue {
    try parse(bytes, flags: rejectingDuplicates ? rejectDuplicates : 0)
  }

  private static func parse(_ bytes: Span<UInt8>, flags: Int) throws(JSONError) -> JSONValue {
    // jansson 2.14 overlooks one NUL right after a number or a word (its stream forgets a NUL it put back).
    if let position = bytes.firstIndex(of: 0) {
      throw JSONError(TextFault(message: "NUL byte", position: position), in: bytes)
    }
    if bytes.isEmpty { throw JSONError(TextFault(message: "the text is empty", position: 0), in: bytes) }
    do throws(LoadFailure) { return try load(bytes, flags: flags) } catch {
      if error.isOverflow { return try parseTagged(bytes, flags: flags) }
      throw error.report
    }
  }

  static func load(_ bytes: Span<UInt8>, flags: Int) throws(LoadFailure) -> JSONValue {
    var failure = json_error_t()
    // SAFETY: jansson reads exactly `count` bytes and copies what it keeps.
    let root = unsafe bytes.withUnsafeBytes { text in
      unsafe json_loadb(text.baseAddress!.assumingMemoryBound(to: CChar.self), text.count, flags | allowNUL, &failure)
    }
    guard let root = unsafe root else { throw LoadFailure(failure) }
    return unsafe JSONValue(owning: root)
  }

  /// Takes over one reference to a tree nobody will change.
  init(owning root: UnsafeMutablePointer<json_t>) {
    unsafe node = root
    document = unsafe JSONDocument(owning: root)
  }

  init(_ node: UnsafeMutablePointer<json_t>, of document: JSONDocument) {
    unsafe self.node = node
    self.document = document
  }

  public var kind: JSONKind {
    switch unsafe node.pointee.type {
    case JSON_OBJECT: .object
    case JSON_ARRAY: .array
    case JSON_STRING: wideKind ?? .string
    case JSON_INTEGER: .integer
    case JSON_REAL: .real
    case JSON_TRUE, JSON_FALSE: .boolean
    default: .null
    }
  }

  // Values of jansson.h's macros, which do not import.
  private static let rejectDuplicates = 0x1
  private static let allowNUL = 0x10
}

/// One reference to a jansson tree.
@safe
final class JSONDocument: @unchecked Sendable {
  // SAFETY: owned; released once, in deinit. jansson's reference counts are atomic.
  private let root: UnsafeMutablePointer<json_t>

  init(owning root: UnsafeMutablePointer<json_t>) { unsafe self.root = root }

  deinit { unsafe json_decref(root) }
}

/// Why jansson refused a text.
struct LoadFailure: Error {
  /// Without the piece of text that jansson quotes.
  let report: JSONError
  /// A number was the cause, because of its size alone.
  let isOverflow: Bool

  init(_ failure: json_error_t) {
    // SAFETY: the text is NUL-terminated inside its 160 bytes, the last of which is the error's number.
    let (text, code) = unsafe withUnsafeBytes(of: failure.text) { text in
      unsafe (String(decoding: text.prefix { $0 != 0 }, as: UTF8.self), text[text.count - 1])
    }
    isOverflow = UInt32(code) == json_error_numeric_overflow.rawValue
    var message = text
    let quote: [UInt8] = Array(" near '".utf8)
    let bytes = Array(message.utf8)
    for start in bytes.indices where bytes[start...].starts(with: quote) {
      message = String(decoding: bytes[..<start], as: UTF8.self)
      break
    }
    report = JSONError(
      message: message, line: Int(failure.line), column: Int(failure.column), offset: Int(failure.position))
  }
}
