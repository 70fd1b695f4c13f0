// Once: when did a program that is just starting answer for the first time?

/// Asks again and again until the first 200, or the first event of a stream, and reports its moment on `Clock`.
struct Once {
  let target: Target
  let secondsMax: Double

  /// Between two attempts; also the error of the result.
  private static let pauseNs = 200_000

  func run() -> Report {
    var all = Connections(1, to: target)
    var tally = Tally()
    let startNs = Clock.now()
    let endNs = startNs + Int(secondsMax * 1e9)
    var attempts = 0
    while Clock.now() < endNs {
      attempts += 1
      all.send(on: 0)
      let (answered, atNs) = outcome(of: &all)
      if answered {
        tally.add(status: 200)
        return Report(tally: tally, measured: [("first_ok_ns", "\(atNs)"), ("attempts", "\(attempts)")])
      }
      Clock.pause(Self.pauseNs)
    }
    tally.add(.unanswered)
    return Report(tally: tally, measured: [("attempts", "\(attempts)")])
  }

  private func outcome(of all: inout Connections) -> (answered: Bool, atNs: Int) {
    while true {
      for (happening, atNs) in all.next() {
        switch happening {
        case .alarm: continue
        case .events: return (true, atNs)
        case .replied(_, let status): return (status == 200, atNs)
        case .failed: return (false, atNs)
        }
      }
    }
  }
}
