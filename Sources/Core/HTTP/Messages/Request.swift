// Request: what an agent asked, head and whole body.

import Bytes

/// How a request asks (RFC 9110 9). Methods nobody treats specially are `other` and keep their spelling in the request.
public enum Method: Sendable {
  case get
  case head
  case post
  case put
  case patch
  case delete
  case options
  case connect
  case other
}

/// One complete request. Head and body share the memory of the socket's input; nothing was copied.
public struct Request: Sendable {
  public let method: Method
  public let head: Head
  /// The body, decoded where it came in chunks; empty where there is none.
  public internal(set) var body = ByteSlice()
  /// Whether the agent may send another request on this connection after the reply.
  public let keepsAlive: Bool
  let targetRun: Run

  init(method: Method, head: Head, keepsAlive: Bool, targetRun: Run) {
    self.method = method
    self.head = head
    self.keepsAlive = keepsAlive
    self.targetRun = targetRun
  }

  /// The method as it was spelled.
  public var methodName: Span<UInt8> {
    @_lifetime(borrow self) get { head.bytes.span.extracting(0..<Int(targetRun.start) - 1) }
  }

  /// Path and query as they were spelled; begins with a slash, or is the asterisk of OPTIONS (RFC 9112 3.2).
  public var target: Span<UInt8> {
    @_lifetime(borrow self) get { head.bytes.span.extracting(targetRun.range) }
  }

  /// The same, kept as long as it is needed.
  public var targetBytes: ByteSlice { head.bytes.slice(targetRun.range) }

  /// The target up to its question mark.
  public var path: Span<UInt8> {
    @_lifetime(borrow self) get {
      let target = self.target
      return target.extracting(0..<(target.firstIndex(of: UInt8(ascii: "?")) ?? target.count))
    }
  }
}
