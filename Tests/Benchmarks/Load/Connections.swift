// Connections: the sockets of a run and its alarm, turned into a row of happenings.

/// Every connection of one run. A mode sends on them and is told what happened, each with its moment.
struct Connections: ~Copyable {
  enum Happening {
    /// The alarm that was set rang.
    case alarm
    /// `count` events of a stream arrived together.
    case events(on: Int, count: Int)
    case replied(on: Int, status: Int)
    case failed(on: Int, why: Failure)
  }

  /// How long nothing may happen before everything under way is given up.
  static let silenceMsMax: Int32 = 10_000

  let alarm = Alarm()
  private var poller = Poller()
  private let all: [Connection]
  private var scratch = [UInt8](repeating: 0, count: 262_144)
  private var ready: [Poller.Ready] = []
  private var happenings: [(Happening, atNs: Int)] = []

  init(_ count: Int, to target: Target) {
    all = (0..<count).map { Connection(to: target, token: $0) }
    poller.watch(alarm.descriptor, token: count)
  }

  var indices: Range<Int> { all.indices }

  mutating func send(on index: Int) {
    note(all[index].send(poller), on: index)
  }

  /// Waits until something happens and tells it; whatever is sent meanwhile is told the next time.
  mutating func next() -> [(Happening, atNs: Int)] {
    if happenings.isEmpty {
      ready.removeAll(keepingCapacity: true)
      if !poller.wait(into: &ready, timeoutMs: Self.silenceMsMax) { giveUp() }
      for one in ready { proceed(one) }
    }
    defer { happenings.removeAll(keepingCapacity: true) }
    return happenings
  }

  /// Ends whatever is under way as unanswered.
  private mutating func giveUp() {
    for index in all.indices where all[index].isBusy {
      all[index].hangUp()
      happenings.append((.failed(on: index, why: .unanswered), Clock.now()))
    }
  }

  private mutating func proceed(_ one: Poller.Ready) {
    if one.token == all.count {
      alarm.acknowledge()
      happenings.append((.alarm, Clock.now()))
    } else {
      note(all[one.token].proceed(one, poller, &scratch), on: one.token)
    }
  }

  private mutating func note(_ progress: Connection.Progress, on index: Int) {
    if progress.events > 0 { happenings.append((.events(on: index, count: progress.events), Clock.now())) }
    switch progress.outcome {
    case nil: break
    case .success(let status): happenings.append((.replied(on: index, status: status), Clock.now()))
    case .failure(let failed): happenings.append((.failed(on: index, why: failed.why), Clock.now()))
    }
  }
}
