// Stage 3 of 8: takes a call, gives which of its header fields may pass, and refuses what a plan or the loop breaker does not
// allow.
//
// ForwardedFields: which header fields go on to the provider, and which come back to the agent.

import Bytes
import HTTP

public enum ForwardedFields {
  /// Whether field `index` of an agent's request may go up. Credentials never do (the backend's own replace them), nor
  /// what speaks about this connection or this gateway; length, host and accepted encodings are written anew.
  public static func goesUp(_ index: Int, of head: Head) -> Bool {
    let name = head.name(at: index)
    switch name.count {
    case 4: if name.equalsIgnoringCase("host") { return false }
    case 6: if name.equalsIgnoringCase("expect") || name.equalsIgnoringCase("cookie") { return false }
    case 7: if name.equalsIgnoringCase("api-key") { return false }
    case 9: if name.equalsIgnoringCase("x-api-key") { return false }
    case 10: if name.equalsIgnoringCase("x-amz-date") { return false }
    case 13: if name.equalsIgnoringCase("authorization") { return false }
    case 14: if name.equalsIgnoringCase("content-length") || name.equalsIgnoringCase("x-goog-api-key") { return false }
    case 15: if name.equalsIgnoringCase("accept-encoding") { return false }
    case 20:
      if name.equalsIgnoringCase("x-amz-security-token") || name.equalsIgnoringCase("x-amz-content-sha256") {
        return false
      }
    default: break
    }
    return !isOurs(name) && !head.isHopByHop(at: index)
  }

  /// Whether field `index` of a provider's reply may come down. The length is written anew; what this gateway says
  /// about itself cannot be said by a provider.
  public static func comesDown(_ index: Int, of head: Head) -> Bool {
    let name = head.name(at: index)
    if name.count == 14, name.equalsIgnoringCase("content-length") { return false }
    if isOurs(name) { return false }
    return !head.isHopByHop(at: index)
  }

  /// Fields of a WebSocket's handshake that are written anew: its protocols may hold an agent's key, and what was packed by
  /// an extension could not be read.
  public static func isOfHandshake(_ index: Int, of head: Head) -> Bool {
    let name = head.name(at: index)
    return name.equalsIgnoringCase("sec-websocket-protocol") || name.equalsIgnoringCase("sec-websocket-extensions")
  }

  /// The same where the provider speaks another dialect: what only the agent's own provider would understand stays.
  public static func goesAcross(_ index: Int, of head: Head) -> Bool {
    let name = head.name(at: index)
    return name.equalsIgnoringCase("traceparent") || name.equalsIgnoringCase("tracestate")
      || name.equalsIgnoringCase("user-agent") || name.equalsIgnoringCase("x-request-id")
  }

  /// The same where the agent speaks another dialect: how long to wait, and the provider's name for the exchange.
  public static func comesAcross(_ index: Int, of head: Head) -> Bool {
    let name = head.name(at: index)
    return name.equalsIgnoringCase("retry-after") || name.equalsIgnoringCase("retry-after-ms")
      || name.equalsIgnoringCase("x-request-id") || name.equalsIgnoringCase("date")
  }

  /// Appends the lines of `head` that `passes` lets through, neighbours in one piece.
  public static func append(_ head: Head, to buffer: inout ByteBuffer, where passes: (Int) -> Bool) {
    var first = 0
    for index in 0...head.count where index == head.count || !passes(index) {
      if first < index { buffer.append(head.lines(first..<index)) }
      first = index + 1
    }
  }

  /// `x-ai-...`
  private static func isOurs(_ name: Span<UInt8>) -> Bool {
    name.count > 5 && name.extracting(0..<5).equalsIgnoringCase("x-ai-")
  }
}
