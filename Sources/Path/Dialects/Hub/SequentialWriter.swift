// SequentialWriter: parts one after the other, for dialects in which no two may be open at a time.

import Bytes
import Conversation

/// Keeps back what belongs to a part that began while another was open, until that one has ended. Readers may tell of parts
/// that overlap; agents of most dialects put together only the one that began last.
package struct SequentialWriter: AnswerWriter {
  /// A part that waits, and what it has said.
  private struct Waiting {
    let place: PartPlace
    var events: [AnswerEvent]
    var hasEnded = false
  }

  private var inner: any AnswerWriter
  private var open: PartPlace?
  private var waiting: [Waiting] = []

  package init(_ inner: any AnswerWriter) { self.inner = inner }

  package mutating func write(_ event: AnswerEvent, to buffer: inout ByteBuffer) {
    switch event {
    // These agents are told the first choice alone.
    case .partBegan(_, let place), .partGrew(_, let place), .partEnded(let place):
      if place.choice == 0 { write(event, at: place, &buffer) }
    case .began, .choiceFinished, .usageReported, .ended, .failed, .idled: inner.write(event, to: &buffer)
    }
  }

  private mutating func write(_ event: AnswerEvent, at place: PartPlace, _ buffer: inout ByteBuffer) {
    if open == place {
      inner.write(event, to: &buffer)
      guard case .partEnded = event else { return }
      open = nil
      goOn(&buffer)
    } else if case .partBegan = event {
      if open != nil { return waiting.append(Waiting(place: place, events: [event])) }
      open = place
      inner.write(event, to: &buffer)
    } else if let index = waiting.lastIndex(where: { $0.place == place }) {
      waiting[index].events.append(event)
      if case .partEnded = event { waiting[index].hasEnded = true }
    }
  }

  /// Says what waited, up to the first part that has not ended.
  private mutating func goOn(_ buffer: inout ByteBuffer) {
    while open == nil, !waiting.isEmpty {
      let next = waiting.removeFirst()
      for event in next.events { inner.write(event, to: &buffer) }
      if !next.hasEnded { open = next.place }
    }
  }
}
