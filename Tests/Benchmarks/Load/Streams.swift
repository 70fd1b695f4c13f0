// Streams: server-sent events, timed as they arrive.

/// Runs `streamsEach` streams on every connection, one after the other. The first streams start evenly spread over
/// `spreadSeconds`, so that events do not all fall due at the same moment.
struct Streams {
  let target: Target
  let connections: Int
  let streamsEach: Int
  let spreadSeconds: Double

  func run() -> Report {
    var all = Connections(connections, to: target)
    var tally = Tally()
    var first = Distribution()
    var gap = Distribution()
    var events = 0
    var left = [Int](repeating: streamsEach, count: connections)
    var begunNs = [Int](repeating: 0, count: connections)
    var arrivedNs = [Int?](repeating: nil, count: connections)
    var starts = Schedule(startNs: Clock.now(), spanNs: Int(spreadSeconds * 1e9), count: connections)
    all.alarm.set(at: starts.startNs)

    while tally.finished < connections * streamsEach {
      var idle: [Int] = []
      for (happening, atNs) in all.next() {
        switch happening {
        case .alarm:
          idle += starts.take(upTo: atNs)
          if let nextNs = starts.nextNs { all.alarm.set(at: nextNs) }
        case .events(let index, let count):
          events += count
          if let lastNs = arrivedNs[index] { gap.add(atNs - lastNs) } else { first.add(atNs - begunNs[index]) }
          arrivedNs[index] = atNs
        case .replied(let index, let status):
          tally.add(status: status)
          idle.append(index)
        case .failed(let index, let why):
          tally.add(why)
          idle.append(index)
        }
      }
      for index in idle where left[index] > 0 {
        left[index] -= 1
        arrivedNs[index] = nil
        begunNs[index] = Clock.now()
        all.send(on: index)
      }
    }
    return Report(
      tally: tally, measured: [("events", "\(events)"), ("first_us", first.json), ("gap_us", gap.json)])
  }
}
