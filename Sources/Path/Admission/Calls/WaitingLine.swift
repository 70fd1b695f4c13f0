// WaitingLine: calls that wait for room in queues, first in, first out, each at every meter that had none.
import Meters

/// Lines by meter. A call stands in each line by its number, so of two calls that meet in several lines the same one is
/// ahead in all of them, and neither waits for the other for ever.
struct WaitingLine {
  private var lines: [MeterPlace: [QueueTicket]] = [:]
  private var standing: [QueueTicket: [MeterPlace]] = [:]
  private var last: Int64 = 0
  private var wakes: Set<QueueTicket> = []

  var isEmpty: Bool { lines.isEmpty }

  func count(at place: MeterPlace) -> Int { lines.isEmpty ? 0 : lines[place]?.count ?? 0 }

  /// Somebody else is first in this line.
  func isBlocked(_ place: MeterPlace, for ticket: QueueTicket?) -> Bool {
    guard !lines.isEmpty, let first = lines[place]?.first else { return false }
    return ticket.map { first < $0 } ?? true
  }

  /// Puts a call into the lines of `places`, and nowhere else. Its ticket, a new one where it has none; nil when a line
  /// is full.
  mutating func stand(_ ticket: QueueTicket?, at places: [MeterPlace]) -> QueueTicket? {
    assert(!places.isEmpty, "a call waits in no line, and would never be woken")
    if places.contains(where: { count(at: $0) >= Limits.waitingMax && ticket == nil }) { return nil }
    let known = ticket ?? QueueTicket(number: last + 1)
    last = max(last, known.number)
    for place in standing[known, default: []] where !places.contains(place) { remove(known, from: place) }
    for place in places {
      let line = lines[place, default: []]
      if line.contains(known) { continue }
      lines[place, default: []].insert(known, at: line.firstIndex { known < $0 } ?? line.count)
      let now = lines[place, default: []]
      assert(zip(now, now.dropFirst()).allSatisfy { $0 < $1 }, "a line is out of order: \(now)")
    }
    standing[known] = places
    return known
  }

  mutating func leave(_ ticket: QueueTicket) {
    wakes.remove(ticket)
    for place in standing.removeValue(forKey: ticket) ?? [] { remove(ticket, from: place) }
    assert(!standing.isEmpty || lines.isEmpty, "nobody waits, and \(lines.count) lines are left")
  }

  /// Something was given back on this meter: the first in its line may pass now.
  mutating func gaveBack(on place: MeterPlace) {
    if let first = lines[place]?.first { wakes.insert(first) }
  }

  mutating func takeWakes() -> [QueueTicket] {
    defer { wakes.removeAll(keepingCapacity: true) }
    return wakes.sorted()
  }

  var hasWakes: Bool { !wakes.isEmpty }

  private mutating func remove(_ ticket: QueueTicket, from place: MeterPlace) {
    lines[place]?.removeAll { $0 == ticket }
    if lines[place]?.isEmpty ?? false { lines[place] = nil }
    gaveBack(on: place)
  }
}
