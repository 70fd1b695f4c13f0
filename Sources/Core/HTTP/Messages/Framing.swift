// Framing: what the fields of a message say about the message that carries them.

import Bytes

/// Length, encoding and whatever else decides where a message ends and what to do with it. Contradictions, which are
/// how requests are smuggled, are refused (RFC 9112 6.3, 11.2).
struct Framing {
  var contentLength: Int?
  var isChunked = false
  var hostCount = 0
  var expectsContinue = false
  var namesHops = false

  init(_ fields: [Field], of head: Span<UInt8>, isVersion11: Bool, kind: MessageKind) throws(HTTPError) {
    for field in fields {
      // The length and the first letter rule out nearly every field.
      switch (field.name.count, head[Int(field.name.start)] | 32) {
      case (4, UInt8(ascii: "h")) where head.extracting(field.name.range).equalsIgnoringCase("host"):
        hostCount += 1
        guard head.extracting(field.value.range).isHost else { throw kind.malformed("its Host is not a host name") }
      case (6, UInt8(ascii: "e")) where head.extracting(field.name.range).equalsIgnoringCase("expect"):
        if kind == .reply || !isVersion11 { continue }
        guard head.extracting(field.value.range).equalsIgnoringCase("100-continue") else {
          throw kind.refused(417, "it expects something other than 100-continue")
        }
        expectsContinue = true
      case (10, UInt8(ascii: "c")) where head.extracting(field.name.range).equalsIgnoringCase("connection"):
        if namesOthers(head.extracting(field.value.range)) { namesHops = true }
      case (14, UInt8(ascii: "c")) where head.extracting(field.name.range).equalsIgnoringCase("content-length"):
        guard contentLength == nil else { throw kind.malformed("it has two Content-Length fields") }
        guard let length = head.extracting(field.value.range).decimal else {
          throw kind.malformed("its Content-Length is not one number")
        }
        contentLength = length
      case (17, UInt8(ascii: "t")) where head.extracting(field.name.range).equalsIgnoringCase("transfer-encoding"):
        guard !isChunked, isVersion11 else {
          throw kind.malformed("it has two Transfer-Encoding fields, or one in HTTP/1.0")
        }
        guard head.extracting(field.value.range).equalsIgnoringCase("chunked") else {
          throw kind.refused(501, "its Transfer-Encoding is not exactly chunked")
        }
        isChunked = true
      default: continue
      }
    }
    if isChunked, contentLength != nil { throw kind.malformed("it has both Content-Length and Transfer-Encoding") }
  }

  /// Whether a Connection field names more than what ends here anyway.
  private func namesOthers(_ options: Span<UInt8>) -> Bool {
    if options.equalsIgnoringCase("keep-alive") || options.equalsIgnoringCase("close") { return false }
    return containsMember(options) { !$0.equalsIgnoringCase("close") && !isHopByHop($0) }
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
      default: continue
      }
    }
    return true
  }
}
