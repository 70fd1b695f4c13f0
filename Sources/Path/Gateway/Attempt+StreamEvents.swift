// Attempt+StreamEvents: what the events of a stream mean for its exchange, in whichever dialect and framing they come.

import Admission
import Bytes
import Conversation
import Dialects
import Exchange
import HTTP
import Hub
import JSON
import Metering
import Reactor
import Upstream

/// A stream on its way from the provider to the agent.
@EventLoop
struct StreamState: ~Copyable {
  var decoder = EventStreamDecoder()
  /// Bytes of the reply's body that are not a whole event yet.
  var input = ByteBuffer()
  /// Events for the agent that have not been sent.
  var output = ByteBuffer()
  var tally = StreamTally()
  var hold: StreamHold?
  var isCommitted = false
  var hasContent = false
  var isDone = false
  var hasFinished = false
  /// The provider said in the stream that it failed.
  var providerFailed = false
  var firstTokenUs: Int64?
  /// The event after which the budget ended.
  var lastBeforeCut: ByteSlice?
  /// Set where the stream is put into the agent's words.
  var crossed: CrossedStream?
  /// Set where the events are framed as AWS frames them.
  var amazon: AmazonEventDecoder?
}

extension DataPlane {
  /// Works through the events that have arrived. Throws when one of them cannot be what a provider means to say.
  func take(
    _ state: inout StreamState, hasEnded: Bool, _ attempt: Attempt, _ shownModel: ByteSlice?,
    holding reservation: inout Reservation
  ) throws(UpstreamFault) {
    if state.crossed != nil { return try takeCrossed(&state, hasEnded: hasEnded, attempt, holding: &reservation) }
    if state.amazon != nil { return try takeAmazon(&state, attempt, holding: &reservation) }
    while !state.isDone {
      let event: ServerSentEvent?
      do throws(HTTPError) {
        event = try state.decoder.next(from: &state.input)
      } catch { throw .malformed(error.message) }
      guard let event = event ?? (hasEnded ? state.decoder.last(from: &state.input) : nil) else { return }
      if event.isComment {
        state.output.append(event.raw)
        continue
      }
      let chunk: StreamEvent
      do throws(JSONError) {
        chunk = try StreamEvent(event.data, in: attempt.call.dialect)
      } catch { throw .malformed("an event of its stream is not JSON") }
      if chunk.isError { try noteFailure(&state) }
      note(chunk, event.data, &state, attempt)
      if chunk.isOnlyUsage, attempt.addsStreamUsage { continue }
      append(chunk, event, to: &state.output, shownModel)
      if isSpent(&state, attempt, holding: &reservation) {
        state.lastBeforeCut = event.data
        return
      }
    }
  }

  /// The same for a stream that AWS frames.
  private func takeAmazon(
    _ state: inout StreamState, _ attempt: Attempt, holding reservation: inout Reservation
  ) throws(UpstreamFault) {
    while !state.isDone {
      let message: AmazonEvent?
      do throws(HTTPError) {
        message = try state.amazon?.next(from: &state.input)
      } catch { throw .malformed(error.message) }
      guard let message else { return }
      let chunk: StreamEvent
      let data: ByteSlice
      do throws(JSONError) {
        (chunk, data) = try StreamEvent.reading(message)
      } catch { throw .malformed("an event of its stream is not JSON") }
      if chunk.isError { try noteFailure(&state) }
      note(chunk, data, &state, attempt)
      state.output.append(message.raw)
      if isSpent(&state, attempt, holding: &reservation) {
        state.lastBeforeCut = data
        return
      }
    }
  }

  /// The same for a stream in another dialect than the agent's.
  private func takeCrossed(
    _ state: inout StreamState, hasEnded: Bool, _ attempt: Attempt, holding reservation: inout Reservation
  ) throws(UpstreamFault) {
    let events: [AnswerEvent]
    do throws(ShapeFault) {
      events = try state.crossed?.read(&state.input, hasEnded: hasEnded) ?? []
    } catch { throw .malformed("its stream cannot be understood: \(error.message)") }
    for event in events {
      switch event {
      case .failed: try noteFailure(&state)
      case .partGrew(let growth, _): noteContent(bytes: growth.contentBytes, &state, attempt)
      case .partBegan(.toolUse(_, let name, _), _): noteContent(bytes: name.utf8.count, &state, attempt)
      case .partBegan(.redactedThinking, _), .partBegan(.media, _): noteContent(bytes: 1, &state, attempt)
      case .choiceFinished:
        state.hasFinished = true
        state.hasContent = true
      case .usageReported(let usage): state.tally.usageReported(usage)
      case .ended: state.isDone = true
      case .began, .partBegan, .partEnded, .idled: break
      }
      state.crossed?.write(event, to: &state.output)
      if isSpent(&state, attempt, holding: &reservation) {
        state.lastBeforeCut = ByteSlice()
        return
      }
      if state.isDone { return }
    }
  }

  /// The provider says that it cannot go on: another may, as long as nothing was said.
  private func noteFailure(_ state: inout StreamState) throws(UpstreamFault) {
    if !state.isCommitted, !state.hasContent { throw .broken("its stream began with an error") }
    state.providerFailed = true
    state.isDone = true
  }

  private func noteContent(bytes: Int, _ state: inout StreamState, _ attempt: Attempt) {
    if bytes == 0 { return }
    state.tally.contentArrived(bytes: bytes)
    if state.firstTokenUs == nil { state.firstTokenUs = Int64((EventLoop.now - attempt.call.startedAt) / 1000) }
    state.hasContent = true
  }

  private func note(_ chunk: StreamEvent, _ data: ByteSlice, _ state: inout StreamState, _ attempt: Attempt) {
    if chunk.isDone { state.isDone = true }
    if chunk.hasFinished { state.hasFinished = true }
    if let usage = read(chunk.usage, in: data) { state.tally.usageReported(usage) }
    let isForeign = attempt.call.endpoint == .passThrough
    if let bytes = chunk.contentBytes ?? (isForeign ? data.count / 8 : nil) {
      noteContent(bytes: max(1, bytes), &state, attempt)
    } else if chunk.hasFinished {
      state.hasContent = true
    }
  }

  /// The event as it came, or under the agent's name for the model.
  private func append(
    _ chunk: StreamEvent, _ event: ServerSentEvent, to output: inout ByteBuffer, _ shownModel: ByteSlice?
  ) {
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
}
