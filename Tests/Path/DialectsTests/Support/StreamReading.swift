// StreamReading: a stream given to a reader in pieces, as networks do.

import Bytes
import Conversation

@testable import Anthropic
@testable import Bedrock
@testable import Cohere
@testable import Dialects
@testable import Gemini
@testable import Hub
@testable import OpenAI
@testable import Responses

/// What `reader` makes of `stream` in pieces of `size` bytes.
func eventsRead(
  by reader: any AnswerReader, from stream: ByteSlice, size: Int = .max
) throws(ShapeFault) -> [AnswerEvent] {
  var reader = reader
  var events: [AnswerEvent] = []
  var input = ByteBuffer()
  var at = 0
  while at < stream.count {
    let end = at + min(size, stream.count - at)
    input.append(stream.slice(at..<end))
    at = end
    events += try reader.read(&input, hasEnded: false)
  }
  return events + (try reader.read(&input, hasEnded: true))
}

/// The same in two pieces.
func eventsRead(
  by reader: any AnswerReader, from stream: ByteSlice, splitAt split: Int
) throws(ShapeFault) -> [AnswerEvent] {
  var reader = reader
  var input = ByteBuffer()
  input.append(stream.slice(0..<split))
  var events = try reader.read(&input, hasEnded: false)
  input.append(stream.dropFirst(split))
  events += try reader.read(&input, hasEnded: false)
  return events + (try reader.read(&input, hasEnded: true))
}
