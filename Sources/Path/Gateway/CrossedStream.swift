// CrossedStream: a provider's stream on its way into the agent's dialect.

import Bytes
import Conversation
import Exchange
import Hub
import Reactor

/// Reads with the provider's spoke, writes with the agent's, and knows how far the reply has come. A class, so that streams
/// that need no translation carry a word and not all of this.
final class CrossedStream {
  private var reader: any AnswerReader
  private var writer: any AnswerWriter
  private var progress = AnswerProgress()
  private let model: String
  private let choices: Int
  private let signsAs: Signature.Origin?

  /// nil where what was asked for has no stream.
  init?(_ crossing: Crossing, showing model: ModelName) {
    guard case .conversation(let conversation) = crossing.meaning, let from = crossing.provider.spoke,
      let to = crossing.agent.spoke
    else { return nil }
    reader = from.reader()
    writer = to.writer(for: conversation)
    self.model = model.text
    choices = Int(conversation.sampling.choices)
    signsAs = crossing.signsAs
  }

  /// The whole events at the front of `input`, under the agent's name for the model.
  func read(_ input: inout ByteBuffer, hasEnded: Bool) throws(ShapeFault) -> [AnswerEvent] {
    var events = try reader.read(&input, hasEnded: hasEnded)
    if let signsAs { events = events.map { $0.exchangingSignatures(with: signsAs) } }
    for index in events.indices {
      guard case .began(var start) = events[index] else { continue }
      start.model = model
      start.createdAt = start.createdAt ?? EventLoop.wallMilliseconds / 1000
      events[index] = .began(start)
    }
    return events
  }

  /// What the agent is sent for `event`.
  func write(_ event: AnswerEvent, to output: inout ByteBuffer) {
    progress.take(event)
    writer.write(event, to: &output)
  }

  /// Ends a reply whose provider said that its choices were finished, and then nothing more.
  func close(to output: inout ByteBuffer) {
    if !progress.hasEnded { write(.ended, to: &output) }
  }

  /// Ends the reply where its budget ends.
  func cut(usage: Usage, to output: inout ByteBuffer) {
    for event in progress.ending(choices: choices, usage: usage) { write(event, to: &output) }
  }
}
