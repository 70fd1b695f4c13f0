// HeadTable: where the fields of a complete head stand, every byte accounted for.

import Bytes

/// The second reader of a head llhttp has already accepted, by line ends alone. It holds the head to the letter of
/// RFC 9112 5: a first line, then lines of a name, a colon, spaces or tabs, a value, spaces or tabs, each ended by
/// CR LF, then a blank line. What llhttp 8.1 lets pass (an empty name, a folded value) ends here, and so does
/// whatever the two would read differently.
struct HeadTable {
  var fields: [Field]
  /// Bytes of the first line, without its CR LF.
  var firstLineCount: Int

  init(of head: Span<UInt8>, kind: MessageKind, limits: HTTPLimits) throws(HTTPError) {
    fields = []
    fields.reserveCapacity(16)
    guard let end = head.lineEnd(from: 0) else { throw kind.malformed("its first line does not end in CR LF") }
    firstLineCount = end
    var start = end + 2
    while true {
      guard let end = head.lineEnd(from: start) else {
        throw kind.malformed("line \(fields.count + 2) does not end in CR LF")
      }
      if end == start { break }
      guard fields.count < limits.fieldsMax else {
        throw kind.refused(431, "its head has more than \(limits.fieldsMax) fields")
      }
      guard let colon = head.firstIndex(of: UInt8(ascii: ":"), from: start), colon < end, colon > start,
        !head[start].isBlank, !head[colon - 1].isBlank
      else {
        throw kind.malformed("line \(fields.count + 2) is not a name, a colon and a value; a value stays on its line")
      }
      var first = colon + 1
      var last = end
      while first < last, head[first].isBlank { first += 1 }
      while last > first, head[last - 1].isBlank { last -= 1 }
      fields.append(Field(name: Run(start, count: colon - start), value: Run(first, count: last - first)))
      start = end + 2
    }
    guard start + 2 == head.count else { throw kind.malformed("a blank line stands inside its head") }
  }
}

extension Span where Element == UInt8 {
  /// CR LF at `index`.
  @inline(__always) func endsLine(at index: Int) -> Bool { self[index] == 13 && self[index + 1] == 10 }

  /// Where the line that begins at `start` ends in CR LF; nil when CR or LF stand in it alone.
  @inline(__always) fileprivate func lineEnd(from start: Int) -> Int? {
    guard let feed = firstIndex(of: 10, from: start), firstIndex(of: 13, from: start) == feed - 1 else { return nil }
    return feed - 1
  }
}

extension UInt8 {
  /// A space or a tab.
  @inline(__always) var isBlank: Bool { self == 32 || self == 9 }
}
