// HeadShape: every byte of a head accounted for, so that nobody downstream can read it in another way.

import Bytes

/// What the fields say about the message that carries them.
struct Framing {
  var contentLength: Int?
  var isChunked = false
  var hostCount = 0
  var expectsContinue = false
  var namesHops = false
}

extension MessageParser {
  /// The table of a complete head. llhttp has read it already; this holds it to the letter of RFC 9112 5: a name, a colon,
  /// spaces or tabs, a value, spaces or tabs, CR LF, and nothing else, from the end of the first line to the blank
  /// line. What llhttp 8.1 lets pass
  /// (an empty name, a folded value) ends here.
  func fields(of head: Span<UInt8>, kind: MessageKind) throws(HTTPError) -> (fields: [Field], firstLineEnd: Int) {
    let count = runCount / 2
    var fields: [Field] = []
    fields.reserveCapacity(count)
    guard head.count >= 4, head.endsLine(at: head.count - 2) else {
      throw kind.malformed("its head ends without CR LF")
    }
    let firstLineEnd = (count > 0 ? Int(run(at: 0).start) : head.count - 2) - 2
    guard firstLineEnd > 0, head.endsLine(at: firstLineEnd) else { throw kind.malformed("its first line has no CR LF") }
    var lineStart = firstLineEnd + 2
    for index in 0..<count {
      let name = run(at: 2 * index)
      let found = run(at: 2 * index + 1)
      let nextLine = index + 1 < count ? Int(run(at: 2 * index + 2).start) : head.count - 2
      guard name.count > 0, Int(name.start) == lineStart, nextLine > name.end + 2, head.endsLine(at: nextLine - 2),
        head[name.end] == UInt8(ascii: ":")
      else { throw kind.malformed("field \(index + 1) is not a name, a colon and a value on one line") }
      // llhttp reports an empty value wherever it noticed.
      var start = found.count == 0 ? nextLine - 2 : Int(found.start)
      var end = found.count == 0 ? start : found.end
      guard start > name.end, end <= nextLine - 2, head.isBlank(name.end + 1..<start), head.isBlank(end..<nextLine - 2)
      else { throw kind.malformed("field \(index + 1) has a line break in its value") }
      while end > start, head[end - 1] == 32 || head[end - 1] == 9 { end -= 1 }
      if start == end { start = name.end + 1; end = start }
      fields.append(Field(name: name, value: Run(start, count: end - start)))
      lineStart = nextLine
    }
    return (fields, firstLineEnd)
  }
}

extension Span where Element == UInt8 {
  /// CR LF at `index`.
  @inline(__always) func endsLine(at index: Int) -> Bool { self[index] == 13 && self[index + 1] == 10 }

  /// Spaces and tabs only.
  @inline(__always) func isBlank(_ range: Range<Int>) -> Bool {
    for index in range where self[index] != 32 && self[index] != 9 { return false }
    return true
  }
}

extension Framing {
  /// What `fields` say; contradictions, which are how requests are smuggled, are refused (RFC 9112 6.3, 11.2).
  init(_ fields: [Field], of head: Span<UInt8>, isVersion11: Bool, kind: MessageKind) throws(HTTPError) {
    for field in fields {
      switch field.name.count {
      case 4:
        if head.extracting(field.name.range).equalsIgnoringCase("host") {
          hostCount += 1
          guard head.extracting(field.value.range).isHost else { throw kind.malformed("its Host is not a host name") }
        }
      case 6:
        if kind == .request, isVersion11, head.extracting(field.name.range).equalsIgnoringCase("expect") {
          guard head.extracting(field.value.range).equalsIgnoringCase("100-continue") else {
            throw kind.refused(417, "it expects something other than 100-continue")
          }
          expectsContinue = true
        }
      case 10:
        if head.extracting(field.name.range).equalsIgnoringCase("connection") {
          namesHops =
            namesHops
            || containsMember(head.extracting(field.value.range)) { member in
              !member.equalsIgnoringCase("close") && !HTTP.isHopByHop(member)
            }
        }
      case 14:
        if head.extracting(field.name.range).equalsIgnoringCase("content-length") {
          guard contentLength == nil else { throw kind.malformed("it has two Content-Length fields") }
          guard let length = head.extracting(field.value.range).decimal else {
            throw kind.malformed("its Content-Length is not one number")
          }
          contentLength = length
        }
      case 17:
        if head.extracting(field.name.range).equalsIgnoringCase("transfer-encoding") {
          guard !isChunked, isVersion11 else {
            throw kind.malformed("it has two Transfer-Encoding fields, or one in HTTP/1.0")
          }
          guard head.extracting(field.value.range).equalsIgnoringCase("chunked") else {
            throw kind.refused(501, "its Transfer-Encoding is not exactly chunked")
          }
          isChunked = true
        }
      default: break
      }
    }
    if isChunked, contentLength != nil { throw kind.malformed("it has both Content-Length and Transfer-Encoding") }
  }
}

extension Span where Element == UInt8 {
  /// Only what a host and port are spelled with (RFC 3986 3.2.2); may be empty (RFC 9112 3.2).
  fileprivate var isHost: Bool {
    for index in 0..<count {
      switch self[index] {
      case 0...32, 127..., UInt8(ascii: "/"), UInt8(ascii: "\\"), UInt8(ascii: "@"), UInt8(ascii: ","),
        UInt8(ascii: "?"), UInt8(ascii: "#"):
        return false
      default: break
      }
    }
    return true
  }
}
