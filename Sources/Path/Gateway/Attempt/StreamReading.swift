// StreamReading: a provider's stream, event by event, in whichever framing it comes: server-sent events, Amazon's frames, or
// crossed into the agent's dialect by a spoke.

import Bytes
import Conversation
import Dialects
import Exchange
import HTTP
import Hub
import JSON
import Metering
import Reactor

/// What an event of a stream says.
enum StreamHappening {
  case said(StreamPiece)
  /// The provider cannot go on, in its own words; what it says to have used.
  case failed(Fault, Usage?)
}

/// What came cannot be what a provider means to say; why, for people.
struct Nonsense: Error {
  let reason: String
}

/// Reads events, and writes what the agent is shown of them: as they came, under the agent's name for the model, or in the
/// words of its dialect.
@EventLoop
struct StreamReading: ~Copyable {
  private let dialect: any DialectAdapter
  private let request: (any ModelRequest)?
  private let shownModel: ByteSlice?
  /// The agent did not ask for the chunk that is nothing but usage.
  private let hidesUsage: Bool
  /// Nobody knows the stream's events: all that comes is taken for content.
  private let isForeign: Bool
  private var serverSent = EventStreamDecoder()
  /// Set where events are framed as AWS frames them.
  private var amazon: AmazonEventDecoder?
  /// Set where the stream is put into the agent's words.
  private let crossed: CrossedStream?
  private var trail = StreamTrail()
  /// The payload of the newest event.
  private(set) var newest = ByteSlice()

  init(of attempt: Attempt) {
    let call = attempt.call
    dialect = call.dialect.adapter
    request = call.body
    shownModel = attempt.shownModel
    hidesUsage = attempt.addsStreamUsage
    isForeign = call.endpoint.kind == .other
    crossed = attempt.crossing.flatMap { CrossedStream($0, showing: call.model ?? ModelName("")) }
    if crossed == nil, dialect.framing == .amazon { amazon = AmazonEventDecoder() }
  }

  /// The next event of `input`; what the agent is shown of it is appended to `output`. nil: more bytes are needed.
  ///
  /// - Parameter hasEnded: no more bytes will come.
  mutating func next(
    from input: inout ByteBuffer, hasEnded: Bool, into output: inout ByteBuffer
  ) throws(Nonsense) -> StreamHappening? {
    if let crossed { return try crossed.next(from: &input, hasEnded: hasEnded, into: &output) }
    if amazon != nil { return try nextOfAmazon(from: &input, into: &output) }
    while let event = try nextServerSent(from: &input, hasEnded: hasEnded) {
      if event.isComment {
        output.append(event.raw)
        continue
      }
      let data = event.data
      let chunk: StreamEvent
      do throws(JSONError) { chunk = try dialect.event(data) } catch { throw Self.notJSON }
      newest = data
      trail.passed(chunk, data)
      if !chunk.isOnlyUsage || !hidesUsage { show(chunk, event, to: &output) }
      if chunk.isError { return .failed(dialect.fault(status: nil, body: data), chunk.usage) }
      return .said(piece(chunk, data))
    }
    return nil
  }

  private mutating func nextServerSent(
    from input: inout ByteBuffer, hasEnded: Bool
  ) throws(Nonsense) -> ServerSentEvent? {
    do throws(HTTPError) {
      if let event = try serverSent.next(from: &input) { return event }
    } catch { throw Nonsense(reason: error.message) }
    return hasEnded ? serverSent.last(from: &input) : nil
  }

  private mutating func nextOfAmazon(
    from input: inout ByteBuffer, into output: inout ByteBuffer
  ) throws(Nonsense) -> StreamHappening? {
    let message: AmazonEvent?
    do throws(HTTPError) { message = try amazon?.next(from: &input) } catch { throw Nonsense(reason: error.message) }
    guard let message else { return nil }
    let (chunk, data): (StreamEvent, ByteSlice)
    do throws(JSONError) { (chunk, data) = try dialect.event(message) } catch { throw Self.notJSON }
    newest = data
    output.append(message.raw)
    if chunk.isError { return .failed(dialect.fault(of: message, saying: data), chunk.usage) }
    return .said(piece(chunk, data))
  }

  private func piece(_ chunk: StreamEvent, _ data: ByteSlice) -> StreamPiece {
    let bytes = chunk.contentBytes ?? (isForeign ? data.count / 8 : nil)
    return StreamPiece(
      contentBytes: bytes.map { max(1, $0) } ?? 0, usage: chunk.usage, finishes: chunk.hasFinished,
      isLast: chunk.isDone)
  }

  /// The event as it came, or under the agent's name for the model.
  private func show(_ chunk: StreamEvent, _ event: ServerSentEvent, to output: inout ByteBuffer) {
    guard let shownModel, chunk.names(event.data, otherThan: shownModel) else { return output.append(event.raw) }
    if let name = event.event {
      output.append("event: ")
      output.append(name)
      output.append("\n")
    }
    output.append("data: ")
    chunk.append(event.data, showing: shownModel, to: &output)
    output.append("\n\n")
  }

  /// Lets go of what arrived, which more is to be read behind.
  mutating func forget() { newest = ByteSlice() }

  private static let notJSON = Nonsense(reason: "an event of its stream is not JSON")
}

extension StreamReading {
  /// What its provider left out of a stream that was whole all the same.
  func finish(into output: inout ByteBuffer) { crossed?.close(to: &output) }

  /// The end of a stream whose budget ends behind the event with the payload `last`.
  func cut(after last: ByteSlice, _ usage: Usage, into output: inout ByteBuffer) {
    if let crossed { return crossed.cut(usage: usage, to: &output) }
    if let request { output.append(dialect.ending(after: last, of: request, usage: usage)) }
  }

  /// The end of a stream that cannot go on, which nobody can take for whole.
  func fail(_ fault: Fault, into output: inout ByteBuffer) {
    if let crossed { return crossed.write(.failed(fault), to: &output) }
    output.append(dialect.event(of: fault, after: trail, model: request?.model))
  }
}
