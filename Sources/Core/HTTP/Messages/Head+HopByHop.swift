// Head+HopByHop: which fields end here and which go on (RFC 9110 7.6.1).

import Bytes

/// Whether a field called `name` speaks about one connection only, whatever the message. `trailer` is among them because
/// trailers are dropped, the two `proxy-` ones because this is the proxy they address.
public func isHopByHop(_ name: Span<UInt8>) -> Bool {
  switch name.count {
  case 2: name.equalsIgnoringCase("te")
  case 7: name.equalsIgnoringCase("upgrade") || name.equalsIgnoringCase("trailer")
  case 10: name.equalsIgnoringCase("connection") || name.equalsIgnoringCase("keep-alive")
  case 14: name.equalsIgnoringCase("http2-settings")
  case 16: name.equalsIgnoringCase("proxy-connection")
  case 17: name.equalsIgnoringCase("transfer-encoding")
  case 18: name.equalsIgnoringCase("proxy-authenticate")
  case 19: name.equalsIgnoringCase("proxy-authorization")
  default: false
  }
}

extension Head {
  /// Whether field `index` ends here: one of the names above, or one this head's Connection fields list.
  public func isHopByHop(at index: Int) -> Bool {
    let name = name(at: index)
    return HTTP.isHopByHop(name) || (namesHops && lists(name, under: "connection"))
  }

  /// Whether a field called `list` (lower case) has `token` among its comma-separated members.
  public func lists(_ token: Span<UInt8>, under list: StaticString) -> Bool {
    var from = 0
    while let index = firstIndex(of: list, from: from) {
      if containsMember(value(at: index), where: { $0.equalsIgnoringCase(token) }) { return true }
      from = index + 1
    }
    return false
  }
}

/// Whether one of the comma-separated members of `list`, trimmed and not empty, satisfies `matches`.
func containsMember(_ list: Span<UInt8>, where matches: (Span<UInt8>) -> Bool) -> Bool {
  var start = 0
  while start <= list.count {
    let end = list.firstIndex(of: UInt8(ascii: ","), from: start) ?? list.count
    let member = list.extracting(start..<end).trimmed
    if !member.isEmpty, matches(member) { return true }
    start = end + 1
  }
  return false
}
