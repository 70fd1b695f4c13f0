// OpenLoop: requests at a fixed rate, whatever the program does with them.

/// Measures latency from the moment a request was due, not from when it could be sent, so that a stall is felt by every
/// request it delays and not by one alone (coordinated omission).
struct OpenLoop {
  let target: Target
  let connections: Int
  let ratePerSecond: Double
  let seconds: Double

  func run() -> Report {
    var all = Connections(connections, to: target)
    var tally = Tally()
    var latency = Distribution()
    var schedule = Schedule(
      startNs: Clock.now() + 1_000_000, spanNs: Int(seconds * 1e9), count: Int(ratePerSecond * seconds))
    var idle = Array(all.indices)
    var due: ArraySlice<Int> = []
    var dueNs = [Int](repeating: 0, count: connections)
    all.alarm.set(at: schedule.startNs)

    while tally.finished < schedule.count {
      for (happening, atNs) in all.next() {
        switch happening {
        case .events: continue
        case .alarm:
          due += schedule.take(upTo: atNs).map(schedule.moment)
          if let nextNs = schedule.nextNs { all.alarm.set(at: nextNs) }
        case .replied(let index, let status):
          tally.add(status: status)
          if status == 200 { latency.add(atNs - dueNs[index]) }
          idle.append(index)
        case .failed(let index, let why):
          tally.add(why)
          idle.append(index)
        }
      }
      while !due.isEmpty && !idle.isEmpty {
        let index = idle.removeFirst()
        dueNs[index] = due.removeFirst()
        all.send(on: index)
      }
    }
    return Report(tally: tally, measured: [("latency_us", latency.json)])
  }
}
