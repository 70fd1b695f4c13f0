// JSONValue+WideNumbers: numbers beyond Int64 and Double, which jansson refuses, carried as the text they came in.

import Bytes
internal import CJansson

// Nothing is done here for a text that jansson reads. One that it refuses for a number's size is read again with such
// numbers written as strings behind a tag, and the strings that begin like the tag behind one tag more. The tree that
// comes of it holds each as a node that no text can make: a jansson string that begins with a byte which is not UTF-8.

extension JSONValue {
  /// The first byte of a node that stands for a wide number. UTF-8 has neither, and jansson reads nothing but UTF-8.
  private static let integerMark: UInt8 = 0xFF
  private static let realMark: UInt8 = 0xFE

  /// U+0001, which a JSON text can spell in this way only.
  private static let tag: UInt8 = 1
  fileprivate static let tagText: StaticString = "\\u0001"

  /// Whether this is a wide number, and of which kind.
  var wideKind: JSONKind? {
    guard unsafe node.pointee.type == JSON_STRING else { return nil }
    // SAFETY: jansson ends every string with a NUL, so that there is a first byte.
    return switch unsafe UInt8(bitPattern: json_string_value(node)[0]) {
    case Self.integerMark: .integer
    case Self.realMark: .real
    default: nil
    }
  }

  /// Lends the text of a wide number, which this is.
  func withWideText(_ body: (Span<UInt8>) -> Void) {
    precondition(wideKind != nil, "not a wide number but \(kind)")
    unsafe Self.withBytes(of: node) { body($0.extracting(1..<$0.count)) }
  }

  /// The finite number nearest to a wide one, which this is.
  var nearestToWide: Double {
    var nearest = 0.0
    withWideText { nearest = Double(String($0)) ?? 0 }
    return min(max(nearest, -Double.greatestFiniteMagnitude), Double.greatestFiniteMagnitude)
  }

  /// Reads a text with wide numbers in it. Throws what is wrong with it, where it stands in the text as it came.
  static func parseTagged(_ text: Span<UInt8>, flags: Int) throws(JSONError) -> JSONValue {
    var tagged = ByteBuffer(minimumCapacity: text.count + 64)
    var growths: [(end: Int, bytes: Int)] = []
    do throws(TextFault) { try text.appendTagged(to: &tagged, &growths) } catch { throw JSONError(error, in: text) }
    do throws(LoadFailure) {
      let value = try load(tagged.span, flags: flags)
      // SAFETY: nobody else has seen the tree yet; a replaced root is owned by the value made of it.
      if let root = unsafe replacement(for: value.node) { return unsafe JSONValue(owning: root) }
      return value
    } catch {
      let read = error.report.offset
      let grown = growths.reduce(0) { $1.end <= read ? $0 + $1.bytes : $0 }
      let place = JSONError(TextFault(message: "", position: max(0, read - grown - 1)), in: text)
      throw JSONError(message: error.report.message, line: place.line, column: place.column, offset: place.offset)
    }
  }

  /// What must stand in the place of `node`, owned by the caller; nil when it stays. Changes what is inside it.
  private static func replacement(for node: UnsafeMutablePointer<json_t>) -> UnsafeMutablePointer<json_t>? {
    switch unsafe node.pointee.type {
    case JSON_OBJECT:
      // SAFETY: putting a value in a member's place keeps the iterator valid; jansson takes over the new value.
      var iterator = unsafe json_object_iter(node)
      while let member = unsafe iterator {
        if let value = unsafe replacement(for: json_object_iter_value(member)) {
          _ = unsafe json_object_iter_set_new(node, member, value)
        }
        unsafe iterator = json_object_iter_next(node, member)
      }
      return nil
    case JSON_ARRAY:
      let count = unsafe json_array_size(node)
      for index in 0..<count {
        // SAFETY: the index is below the array's size; jansson takes over the new value.
        if let value = unsafe replacement(for: json_array_get(node, index)!) {
          _ = unsafe json_array_set_new(node, index, value)
        }
      }
      return nil
    case JSON_STRING: return unsafe untagged(node)
    default: return nil
    }
  }

  private static func untagged(_ node: UnsafeMutablePointer<json_t>) -> UnsafeMutablePointer<json_t>? {
    var bytes = ByteBuffer()
    unsafe withBytes(of: node) { text in
      guard text.count > 1, text[0] == tag else { return }
      if text[1] != tag { bytes.append(byte: text.kindOfValue(1..<text.count) == .real ? realMark : integerMark) }
      bytes.append(text.extracting(1..<text.count))
    }
    if bytes.isEmpty { return nil }
    // SAFETY: jansson copies as many bytes as there are.
    return unsafe bytes.span.withUnsafeBytes { text in
      unsafe json_stringn_nocheck(text.baseAddress!.assumingMemoryBound(to: CChar.self), text.count)!
    }
  }

  /// Lends the bytes of a jansson string, which `node` is.
  private static func withBytes(of node: UnsafeMutablePointer<json_t>, _ body: (Span<UInt8>) -> Void) {
    // SAFETY: jansson owns `length` bytes, which stay while the node does: longer than the call.
    let text = unsafe UnsafeRawBufferPointer(start: json_string_value(node), count: json_string_length(node))
    unsafe body(text.bindMemory(to: UInt8.self).span)
  }
}

extension Span where Element == UInt8 {
  /// Appends the text with wide numbers as tagged strings, and notes where it has grown and by how much. Throws for
  /// strings and numbers that are none; all else that may be wrong is left to the parser.
  fileprivate func appendTagged(
    to buffer: inout ByteBuffer, _ growths: inout [(end: Int, bytes: Int)]
  ) throws(TextFault) {
    var copied = 0
    var at = 0
    while at < count {
      let start = at
      switch byte(at: at) {
      case UInt8(ascii: "\""):
        at = try endOfString(from: at + 1)
        // Names are never tagged.
        guard startsLikeTag(start + 1), byte(at: endOfSpaces(from: at)) != UInt8(ascii: ":") else { continue }
        buffer.append(extracting(copied..<start + 1))
        buffer.append(JSONValue.tagText)
        copied = start + 1
        growths.append((buffer.count, 6))
      case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"):
        at = try endOfNumber(from: at)
        guard isWide(start..<at) else { continue }
        buffer.append(extracting(copied..<start))
        buffer.append("\"")
        buffer.append(JSONValue.tagText)
        buffer.append(extracting(start..<at))
        buffer.append("\"")
        copied = at
        growths.append((buffer.count, 8))
      default: at += 1
      }
    }
    buffer.append(extracting(copied..<count))
  }

  private func startsLikeTag(_ start: Int) -> Bool { word(at: start, upTo: start + 6) == 0x3130_3030_755C }

  /// Whether jansson would refuse a number for its size.
  private func isWide(_ number: Range<Int>) -> Bool {
    let text = String(extracting(number))
    return kindOfValue(number) == .real ? Double(text)?.isFinite != true : Int64(text) == nil
  }
}
