// LeaseDesk+Wishes: what a holder says and asks for, booked and answered.

import Exchange
import Meters

extension LeaseDesk {
  /// Books what `name` says it has spent and given back, and grants what it asks for. Without wishes it says that it is
  /// alive. The records must be on disk before the grants are answered; where they cannot be written the holder gets an
  /// error instead, and no harm is done: it will state its account again. What is `unread` must be recollected first.
  public mutating func lease(_ wishes: [LeaseWish], of name: HolderName, at now: WallTime) -> LeaseAnswer {
    awake.advance(to: now)
    var answer = LeaseAnswer()
    guard let holder = holders.place(of: name) ?? holders.add(name, at: awake.milliseconds) else {
      answer.grants = wishes.map { refusal($0, at: now) }
      return answer
    }
    holders[holder].heardAt = awake.milliseconds
    for wish in wishes {
      answer.grants.append(lease(wish, of: holder, answer: &answer, at: now))
      if let budget = places[BudgetID(wish.meter)], budgets[budget].onRecord.hasUnwritten {
        answer.records.marks += budgets[budget].onRecord.takeUnwritten()
      }
    }
    assert(answer.grants.count == wishes.count, "\(answer.grants.count) grants for \(wishes.count) wishes")
    return answer
  }

  private mutating func lease(
    _ wish: LeaseWish, of holder: Int, answer: inout LeaseAnswer, at now: WallTime
  ) -> LeaseGrant {
    let awakeMs = awake.milliseconds
    guard let budget = places[BudgetID(wish.meter)], wish.meter.key.utf8.count <= MeterKey.bytesMax,
      let meter = budgets[budget].meter(wish.meter.key, at: now)
    else { return refusal(wish, at: now) }
    let place = MeterPlace(budget: budget, key: meter)
    let terms = budgets[budget].terms
    guard let account = budgets[budget].meters.elements[meter].hear(wish, of: holder, by: terms, at: awakeMs) else {
      return refusal(wish, at: now)
    }
    holders[holder].accounts.insert(place)
    let isGranted = budgets[budget].meters.elements[meter].grant(wish, to: account, by: terms, at: awakeMs)
    assert(budgets[budget].name(of: meter) == wish.meter, "the wish is booked on another meter")
    var recalled: Int64 = 0
    if !isGranted {
      let recall = budgets[budget].meters.elements[meter].recall(for: wish, of: account, by: terms, at: awakeMs)
      recalled = recall.expected
      answer.recalls += recall.holders.map { LeaseRecall(holder: holders[$0].name, meter: wish.meter) }
    }
    answer.records.marks.append(budgets[budget].mark(of: meter, at: now))
    let state = budgets[budget].meters.elements[meter]
    let counters = state.accounts[account].counters
    answer.records.rows.append(
      LeaseRow(holder: holders[holder].name, meter: wish.meter, serial: wish.serial, counters: counters, seenAt: now))
    return LeaseGrant(
      meter: wish.meter, serial: wish.serial, granted: counters.granted, used: state.used, reserved: state.reserved,
      limit: terms.limit, recalled: recalled,
      retryAfterMs: isGranted ? nil : state.retryAfterMs(wish, of: account, by: terms, at: now),
      resetsAt: state.tally.resetsAt(from: now, by: terms))
  }

  /// For a wish about a budget that does not exist, or not yet, or with too many keys; or about an account that is over.
  private func refusal(_ wish: LeaseWish, at now: WallTime) -> LeaseGrant {
    LeaseGrant(
      meter: wish.meter, serial: wish.serial, granted: 0, used: 0, reserved: 0, limit: 0,
      retryAfterMs: Limits.retryWhenHeldMs, resetsAt: now)
  }
}
