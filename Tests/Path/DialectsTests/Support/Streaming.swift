// Streaming: bytes to a reader in pieces, events to a writer.

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

/// The events a reader finds in `wire`, given in pieces that end at `pieces` and at its end.
func streamed(_ wire: ByteSlice, to reader: any AnswerReader, pieces: [Int] = []) throws -> [AnswerEvent] {
  var reader = reader
  var buffer = ByteBuffer()
  var events: [AnswerEvent] = []
  var at = 0
  for end in pieces + [wire.count] {
    buffer.append(wire.slice(at..<end))
    at = end
    events += try reader.read(&buffer, hasEnded: end == wire.count)
  }
  return events
}

/// What a writer makes of `events`.
func written(_ events: [AnswerEvent], by writer: any AnswerWriter) -> ByteSlice {
  var writer = writer
  var buffer = ByteBuffer()
  for event in events { writer.write(event, to: &buffer) }
  return buffer.take()
}
