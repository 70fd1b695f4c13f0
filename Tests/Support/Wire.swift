// Wire: requests and bodies as tests write them down.

import Bytes
import HTTP

/// The text of `slice`.
public func text(_ slice: ByteSlice) -> String { String(slice.span) }

/// The text of `pieces`, one behind the other.
public func text(_ pieces: [ByteSlice]) -> String { pieces.map { String($0.span) }.joined() }

/// The request that `wire` spells.
public func request(_ wire: String) throws -> Request {
  var decoder = RequestDecoder()
  var input = ByteBuffer()
  input.append(wire)
  guard let request = try decoder.next(from: &input) else { throw Unfinished(wire: wire) }
  return request
}

/// The request with these `fields`, `Name: value` each, and a Host.
public func request(_ line: String, _ fields: [String], body: String = "") throws -> Request {
  let length = body.isEmpty ? [] : ["Content-Length: \(body.utf8.count)"]
  let lines = ["\(line) HTTP/1.1", "Host: gateway"] + fields + length
  return try request(lines.joined(separator: "\r\n") + "\r\n\r\n" + body)
}

/// A request that tests forgot to end.
public struct Unfinished: Error {
  public let wire: String
}
