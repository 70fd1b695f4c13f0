// StreamedReply: what a dialect does to stream an answer; the order of the calls is the order of the answer.

import Bytes
import HTTP

/// Which content of which choice, each counted from 0.
struct ContentPlace {
  let choice: Int
  let content: Int
}

/// Writes the events of one answer, each as one chunk of the body.
protocol StreamedReply: AnyObject {
  var body: AnswerHead.Body { get }

  func begin(_ output: inout ByteBuffer)
  func beginChoice(_ choice: Choice, _ index: Int, _ output: inout ByteBuffer)
  func beginContent(_ content: Content, _ place: ContentPlace, _ output: inout ByteBuffer)
  /// Token `number` of a content, counted from 1.
  func write(token number: Int, of content: Content, _ place: ContentPlace, _ output: inout ByteBuffer)
  func endContent(_ content: Content, _ place: ContentPlace, _ output: inout ByteBuffer)
  func endChoice(_ choice: Choice, _ index: Int, _ output: inout ByteBuffer)
  /// Usage, and whatever tells that the stream is whole. The last chunk of the body is not among it.
  func end(_ output: inout ByteBuffer)
  /// In the place of all that would follow: the provider cannot go on.
  func fail(_ refusal: Refusal, _ output: inout ByteBuffer)
}

extension StreamedReply {
  var body: AnswerHead.Body { .events }

  func begin(_ output: inout ByteBuffer) {}
  func beginChoice(_ choice: Choice, _ index: Int, _ output: inout ByteBuffer) {}
  func beginContent(_ content: Content, _ place: ContentPlace, _ output: inout ByteBuffer) {}
  func endContent(_ content: Content, _ place: ContentPlace, _ output: inout ByteBuffer) {}
  func endChoice(_ choice: Choice, _ index: Int, _ output: inout ByteBuffer) {}
}

extension ReplyText {
  /// The bytes of token `number`, counted from 1.
  func range(ofToken number: Int) -> Range<Int> { end(ofToken: number - 1)..<end(ofToken: number) }
}

extension ByteBuffer {
  /// Sends all bytes as one chunk of `output`'s body, and forgets them.
  mutating func moveChunk(to output: inout ByteBuffer) {
    output.appendChunk(span)
    removeAll()
  }

  /// Token `number` of `text` as the inside of a JSON string.
  mutating func append(token number: Int, of text: ReplyText) {
    text.appendEscaped(text.range(ofToken: number), to: &self)
  }
}
