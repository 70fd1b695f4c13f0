// Admission+Credit: what is asked of an authority and given back to it, for processes that share its budgets.
import Exchange
import Meters

// What the caller owes: every wish is sent, in whatever order; `granted` follows each answer, with the wishes that it
// answers; `declined` follows where none came. Wishes may be sent again at any time.
extension Admission {
  // MARK: Reserve

  mutating func reserveShared(
    _ ask: Ask, least: Int64, ticket: QueueTicket?, at now: WallTime, cost: Ask.CostBound
  ) -> Verdict {
    let awakeMs = awake.milliseconds
    var asks: [Int] = []
    var objections = Objections()
    var isRecalled = true
    for position in matched.indices {
      let match = matched[position]
      let credit = budgets[match.place.budget].credits.elements[match.place.key]
      var outlook = credit.outlook(least: match.least, full: match.full, at: awakeMs)
      if isBlocked(match, ticket) { outlook = .denied }
      switch outlook {
      // The authority has shared out already; what is short of it is shared among the calls here.
      case .holds(let free): matched[position].headroom = free >= match.full ? .max : free
      // A budget that only watches refuses nobody, whatever its authority says or does not say.
      case .ask where spendsUnheard || !match.isEnforced, .denied where !match.isEnforced:
        matched[position].headroom = .max
      case .ask: asks.append(position)
      case .denied:
        let budget = budgets[match.place.budget]
        var refusal = budget.refusal(of: match.least, on: credit, values: values, at: now, awakeMs: awakeMs)
        if isRecalled, credit.told.recalled == 0 { isRecalled = false }
        // Whoever waits in line asks the authority again as soon as that makes sense.
        if case .queue = match.enforcement, refusal.cause == .held {
          refusal.retryAfterMs = credit.deniedForMs(at: awakeMs)
        }
        objections.add(refusal, match)
      }
    }
    if let worst = objections.worst, isRecalled { return .recalled(worst, afterMs: Limits.recallMs) }
    if let verdict = answer(objections, ticket: ticket) { return verdict }
    if !asks.isEmpty { return .needsCredit(asks.map { wish(for: matched[$0]) }) }
    noteShadows(at: now)
    let output = fittedOutput(ask, least: least, cost: cost)
    fit(output, ask, least: least, cost: cost)
    return .admitted(hold(ask, output: output, ticket: ticket))
  }

  private mutating func wish(for match: Match) -> LeaseWish {
    let id = budgets[match.place.budget].id
    return budgets[match.place.budget].credits.elements[match.place.key]
      .ask(least: match.least, full: match.full, of: id, at: awake.milliseconds)
  }

  /// Shadow budgets are granted whatever is asked for; by what the authority said they would have refused.
  private mutating func noteShadows(at now: WallTime) {
    for match in matched where match.enforcement == .shadow {
      let budget = budgets[match.place.budget]
      let credit = budget.credits.elements[match.place.key]
      if saturatingSum(saturatingSum(credit.used, credit.reserved), match.least) <= budget.terms.capacity { continue }
      shadowed.append(
        budget.refusal(of: match.least, on: credit, values: values, at: now, awakeMs: awake.milliseconds))
    }
  }

  mutating func holdCredit(_ units: Int64, on place: MeterPlace) {
    assert(funding == .shared, "credit is held by a process that pays from its own ledger")
    budgets[place.budget].credits.elements[place.key].reserve(units, at: awake.milliseconds)
    watch(place)
    listIfLow(place)
  }

  mutating func listIfLow(_ place: MeterPlace) {
    let credit = budgets[place.budget].credits.elements[place.key]
    guard !credit.isListed, credit.runsLow(at: awake.milliseconds) else { return }
    budgets[place.budget].credits.elements[place.key].isListed = true
    runningLow.append(place)
  }

  /// The account such a call counts on; nil when the budget has no room for another key.
  mutating func credit(of place: Int, at now: WallTime) -> Int? {
    let key = budgets[place].key(for: values)
    if let known = budgets[place].credits.place(of: key) { return known }
    if budgets[place].credits.shouldSweep(at: now) { budgets[place].credits.removeAll { $0.isIdle } }
    accounts += 1
    return budgets[place].credits.insert(Credit(key: key, serial: accounts, at: awake.milliseconds), key: key)
  }

  /// The authority may have taken a process that did not run for dead, and its credit for spent: it spends no more of
  /// it before the authority has heard of it again.
  mutating func wakeUp(at now: WallTime) {
    guard awake.advance(to: now) else { return }
    for budget in budgets.indices {
      for place in budgets[budget].credits.live { budgets[budget].credits.elements[place].giveBack() }
    }
  }

  // MARK: Ask and answer

  /// What to ask for ahead of need, so that `reserve` need not answer `needsCredit`.
  public mutating func creditWanted(at now: WallTime) -> [LeaseWish] {
    wakeUp(at: now)
    var wishes: [LeaseWish] = []
    for place in runningLow where budgets[place.budget].credits.elements.indices.contains(place.key) {
      let id = budgets[place.budget].id
      budgets[place.budget].credits.elements[place.key].isListed = false
      if budgets[place.budget].credits.elements[place.key].runsLow(at: awake.milliseconds) {
        wishes.append(
          budgets[place.budget].credits.elements[place.key].ask(least: 0, full: 0, of: id, at: awake.milliseconds))
      }
    }
    runningLow.removeAll(keepingCapacity: true)
    return wishes
  }

  /// The authority's answer to `wishes`: a grant for each, in their order, or among others. Of several for one meter the
  /// one that allows most is the newest, for what is granted only grows. A wish without a grant was denied.
  public mutating func granted(_ grants: [LeaseGrant], for wishes: [LeaseWish], at now: WallTime) {
    wakeUp(at: now)
    var byMeter: [MeterName: LeaseGrant]?
    for (position, wish) in wishes.enumerated() {
      var grant = grants.count == wishes.count ? grants[position] : nil
      if grant?.meter != wish.meter {
        byMeter =
          byMeter
          ?? Dictionary(grants.map { ($0.meter, $0) }) {
            ($0.serial, $0.granted) > ($1.serial, $1.granted) ? $0 : $1
          }
        grant = byMeter?[wish.meter]
      }
      guard let place = place(of: wish.meter) else { continue }
      let isClosed = budgets[place.budget].credits.elements[place.key]
        .granted(grant, for: wish, at: awake.milliseconds)
      if isClosed {
        budgets[place.budget].credits.elements[place.key].upkeepAt = nil
        budgets[place.budget].credits.remove(key: wish.meter.key)
      } else {
        watch(place)
      }
      if !line.isEmpty { line.gaveBack(on: place) }
    }
  }

  /// The authority did not answer; calls that need the credit must fail, later ones may ask again.
  public mutating func declined(_ wishes: [LeaseWish]) {
    for wish in wishes {
      if let place = place(of: wish.meter) { budgets[place.budget].credits.elements[place.key].declined() }
    }
  }

  private func place(of meter: MeterName) -> MeterPlace? {
    guard let budget = places[BudgetID(meter)], let key = budgets[budget].credits.place(of: meter.key) else {
      return nil
    }
    return MeterPlace(budget: budget, key: key)
  }

  // MARK: Give back

  /// The authority wants back what is not needed.
  public mutating func recall(_ meters: [MeterName], at now: WallTime) -> [LeaseWish] {
    wakeUp(at: now)
    return meters.compactMap { meter in
      guard let place = place(of: meter) else { return nil }
      let id = budgets[place.budget].id
      watch(place)
      return budgets[place.budget].credits.elements[place.key].giveBack(of: id, at: awake.milliseconds)
    }
  }

  /// To be asked about once a second, calls or no calls: what keys have spent since they last said so, and the credit
  /// of keys that have been idle for ten seconds.
  public mutating func idleWishes(at now: WallTime) -> [LeaseWish] {
    wakeUp(at: now)
    var wishes: [LeaseWish] = []
    while let place = upkeep.next(at: awake.milliseconds) {
      guard budgets[place.budget].credits.elements.indices.contains(place.key),
        let due = budgets[place.budget].credits.elements[place.key].upkeepAt, due <= awake.milliseconds
      else { continue }
      let id = budgets[place.budget].id
      budgets[place.budget].credits.elements[place.key].upkeepAt = nil
      if let wish = budgets[place.budget].credits.elements[place.key].upkeep(of: id, at: awake.milliseconds) {
        wishes.append(wish)
      }
      if budgets[place.budget].credits.elements[place.key].needsUpkeep { watch(place) }
    }
    return wishes
  }

  /// Every account as it stands, for an authority that has just been reached again.
  public mutating func outstandingWishes(at now: WallTime) -> [LeaseWish] {
    wakeUp(at: now)
    let now = awake.milliseconds
    return everyCredit { credit, id in credit.needsUpkeep ? credit.restate(of: id, at: now) : nil }
  }

  /// Gives everything back, at an orderly end. Nothing may be reserved afterwards.
  public mutating func farewell(at now: WallTime) -> [LeaseWish] {
    wakeUp(at: now)
    let now = awake.milliseconds
    return everyCredit { credit, id in credit.needsUpkeep ? credit.giveBack(of: id, at: now) : nil }
  }

  private mutating func everyCredit(_ wish: (inout Credit, BudgetID) -> LeaseWish?) -> [LeaseWish] {
    var wishes: [LeaseWish] = []
    for budget in budgets.indices {
      let id = budgets[budget].id
      for place in budgets[budget].credits.live {
        if let one = wish(&budgets[budget].credits.elements[place], id) { wishes.append(one) }
      }
    }
    return wishes
  }

  private mutating func watch(_ place: MeterPlace) {
    guard budgets[place.budget].credits.elements[place.key].upkeepAt == nil else { return }
    let due = awake.milliseconds + Limits.upkeepMs
    budgets[place.budget].credits.elements[place.key].upkeepAt = due
    upkeep.add(place, dueAt: due)
  }
}

/// Accounts that have something to report or to give back, each at most once, in the order they are due.
struct UpkeepQueue {
  private var entries: [(place: MeterPlace, dueAt: Int64)] = []
  private var first = 0

  mutating func add(_ place: MeterPlace, dueAt: Int64) {
    assert((entries.last?.dueAt ?? dueAt) <= dueAt, "due at \(dueAt), before what was added earlier")
    entries.append((place, dueAt))
  }

  /// Takes the first account off that is due; nil when none is.
  mutating func next(at now: Int64) -> MeterPlace? {
    guard first < entries.count, entries[first].dueAt <= now else { return nil }
    let place = entries[first].place
    first += 1
    if first > 1024, first > entries.count / 2 {
      entries.removeFirst(first)
      first = 0
    }
    return place
  }
}
