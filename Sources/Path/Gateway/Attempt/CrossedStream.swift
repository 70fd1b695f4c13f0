// CrossedStream: a provider's stream on its way into the agent's dialect.

import Bytes
import Conversation
import Exchange
import Hub
import Reactor

/// Reads with the provider's spoke, writes with the agent's, and knows how far the reply has come. A class, so that streams
/// that need no translation carry a word and not all of this.
@EventLoop
final class CrossedStream {
  private var reader: any AnswerReader
  private var writer: any AnswerWriter
  private var progress = AnswerProgress()
  private let toolNames: ToolNames
  private var loneCalls: LoneCalls?
  private let signsAs: Signature.Origin?
  private let model: String
  private let choices: Int
  /// Events that were read and not looked at.
  private var events: [AnswerEvent] = []
  private var place = 0

  /// nil where what was asked for has no stream.
  init?(_ crossing: Crossing, showing model: ModelName) {
    guard case .conversation(let conversation) = crossing.meaning, let from = crossing.provider.adapter.conversations,
      let to = crossing.agent.adapter.conversations
    else { return nil }
    reader = from.reader()
    writer = to.writer(for: conversation)
    self.model = model.text
    toolNames = crossing.toolNames
    signsAs = crossing.signsAs
    loneCalls = crossing.hasLoneCalls ? LoneCalls() : nil
    choices = Int(conversation.sampling.choices)
  }

  /// The next event of `input`, written to `output` under the agent's name for the model.
  func next(
    from input: inout ByteBuffer, hasEnded: Bool, into output: inout ByteBuffer
  ) throws(Nonsense) -> StreamHappening? {
    if place == events.count {
      place = 0
      do throws(ShapeFault) { events = try reader.read(&input, hasEnded: hasEnded) } catch {
        throw Nonsense(reason: "its stream cannot be understood: \(error.message)")
      }
      if events.isEmpty { return nil }
    }
    var event = events[place]
    place += 1
    toolNames.restore(in: &event)
    if let signsAs { event = event.exchangingSignatures(with: signsAs) }
    if case .began(var start) = event {
      start.model = model
      start.createdAt = start.createdAt ?? EventLoop.wallMilliseconds / 1000
      event = .began(start)
    }
    write(event, to: &output)
    return event.happening
  }

  /// What the agent is sent for `event`.
  func write(_ event: AnswerEvent, to output: inout ByteBuffer) {
    if loneCalls?.lets(event) == false { return }
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

extension AnswerEvent {
  fileprivate var happening: StreamHappening {
    switch self {
    case .failed(let fault): .failed(fault, nil)
    case .partGrew(let growth, _): .said(StreamPiece(contentBytes: growth.contentBytes))
    case .partBegan(.toolUse(_, let name, _), _): .said(StreamPiece(contentBytes: name.utf8.count))
    case .partBegan(.redactedThinking, _), .partBegan(.media, _): .said(StreamPiece(contentBytes: 1))
    case .choiceFinished: .said(StreamPiece(finishes: true))
    case .usageReported(let usage): .said(StreamPiece(usage: usage))
    case .ended: .said(StreamPiece(isLast: true))
    case .began, .partBegan, .partEnded, .idled: .said(StreamPiece())
    }
  }
}
