// Hold: many streams, all open at once, so that the memory they cost can be read.

/// Opens `streams` endless streams, evenly spread over `spreadSeconds`, and keeps them for `seconds` once each has had
/// its first event. A stream that ends before that is a failure, whatever its status.
struct Hold {
  let target: Target
  let streams: Int
  let seconds: Double
  let spreadSeconds: Double

  func run() -> Report {
    var all = Connections(streams, to: target)
    var tally = Tally()
    var isOpen = [Bool](repeating: false, count: streams)
    var opened = 0
    var openNs = 0
    var starts = Schedule(startNs: Clock.now(), spanNs: Int(spreadSeconds * 1e9), count: streams)
    var endNs = Int.max
    all.alarm.set(at: starts.startNs)

    holding: while opened + tally.failed < streams || Clock.now() < endNs {
      for (happening, atNs) in all.next() {
        switch happening {
        case .alarm:
          for index in starts.take(upTo: atNs) { all.send(on: index) }
          if let nextNs = starts.nextNs { all.alarm.set(at: nextNs) }
        case .events(let index, _):
          if !isOpen[index] { opened += 1 }
          isOpen[index] = true
        case .replied(let index, let status):
          if isOpen[index] { opened -= 1 }
          isOpen[index] = false
          if status == 200 { tally.add(.closed) } else { tally.add(status: status) }
        case .failed(let index, let why):
          if isOpen[index] { opened -= 1 }
          isOpen[index] = false
          tally.add(why)
        }
      }
      if opened + tally.failed == streams && openNs == 0 {
        openNs = Clock.now()
        endNs = openNs + Int(seconds * 1e9)
        all.alarm.set(at: endNs)
      }
    }
    for _ in 0..<opened { tally.add(status: 200) }
    return Report(
      tally: tally,
      measured: [("streams", "\(opened)"), ("open_from_ns", "\(openNs)"), ("open_until_ns", "\(Clock.now())")])
  }
}
