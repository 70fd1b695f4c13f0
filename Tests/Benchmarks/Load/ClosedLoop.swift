// ClosedLoop: as many requests as come back. Each connection sends its next one when it has the last reply.

/// Measures what the program can carry: requests per second and the latency at that load.
struct ClosedLoop {
  let target: Target
  let connections: Int
  let seconds: Double

  func run() -> Report {
    var all = Connections(connections, to: target)
    var tally = Tally()
    var latency = Distribution()
    let startNs = Clock.now()
    let endNs = startNs + Int(seconds * 1e9)
    var begunNs = [Int](repeating: startNs, count: connections)
    var underWay = connections
    for index in all.indices { all.send(on: index) }

    while underWay > 0 {
      for (happening, atNs) in all.next() {
        let finished: Int
        switch happening {
        case .alarm, .events: continue
        case .replied(let index, let status):
          tally.add(status: status)
          if status == 200 { latency.add(atNs - begunNs[index]) }
          finished = index
        case .failed(let index, let why):
          tally.add(why)
          finished = index
        }
        if atNs < endNs {
          begunNs[finished] = atNs
          all.send(on: finished)
        } else {
          underWay -= 1
        }
      }
    }
    let tookNs = Clock.now() - startNs
    return Report(
      tally: tally,
      measured: [
        ("requests_per_second", "\(tally.succeeded * 1_000_000_000 / tookNs)"), ("latency_us", latency.json),
      ])
  }
}
