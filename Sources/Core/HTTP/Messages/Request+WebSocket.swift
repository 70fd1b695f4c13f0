// Request+WebSocket: a request to go on as a WebSocket, and what its query says.

import Bytes

extension Request {
  /// RFC 6455 4.2.1.
  public var wantsWebSocket: Bool {
    guard method == .get, let upgrade = head["upgrade"] else { return false }
    return upgrade.equalsIgnoringCase("websocket") && head.firstIndex(of: "sec-websocket-key") != nil
  }

  /// The value of `name` in the query, where it stands in the target; nil where it is absent or empty.
  public func queryRange(of name: StaticString) -> Range<Int>? {
    let target = self.target
    guard var start = target.firstIndex(of: UInt8(ascii: "?")).map({ $0 + 1 }) else { return nil }
    while start < target.count {
      let rest = target.extracting(start..<target.count)
      let end = start + (rest.firstIndex(of: UInt8(ascii: "&")) ?? rest.count)
      let item = target.extracting(start..<end)
      if let equals = item.firstIndex(of: UInt8(ascii: "=")), item.extracting(0..<equals).equals(name),
        equals + 1 < item.count
      {
        return start + equals + 1..<end
      }
      start = end + 1
    }
    return nil
  }
}
