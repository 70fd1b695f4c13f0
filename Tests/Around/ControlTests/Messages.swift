// Messages: what tests write to a socket and read from it, as text.

import Bytes
import JSON
import Testing

@testable import Control

/// The document `text` spells.
func json(_ text: String) throws -> JSONValue { try JSONValue.parse(text.utf8.span) }

/// `value` as compact JSON.
func text(_ value: JSONValue) -> String {
  var buffer = ByteBuffer()
  value.write(into: &buffer)
  return String(buffer.span)
}

/// What a decoder makes of some bytes: the messages, then the error that ended it, if one did.
func transcript(_ bytes: [UInt8], pieces: [Int] = [.max], bytesMax: Int = ControlLimits.messageBytesMax) -> [String] {
  var decoder = MessageDecoder(bytesMax: bytesMax)
  var input = ByteBuffer()
  var heard: [String] = []
  var rest = bytes[...]
  var turn = 0
  while !rest.isEmpty {
    let piece = Array(rest.prefix(pieces[turn % pieces.count]))
    rest = rest.dropFirst(piece.count)
    turn += 1
    input.append(piece.span)
    do {
      while let message = try decoder.next(from: &input) { heard.append(text(message)) }
    } catch {
      return heard + ["\(error)"]
    }
  }
  return heard
}

func transcript(_ text: String, pieces: [Int] = [.max], bytesMax: Int = ControlLimits.messageBytesMax) -> [String] {
  transcript(Array(text.utf8), pieces: pieces, bytesMax: bytesMax)
}
