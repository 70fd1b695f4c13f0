// Credit: what one key of one budget may spend of an authority's grants, and when to ask for more or give some back.
import Exchange
import Meters

/// The account of one budget and one key with an authority: a leased quota. At all times, for calls that stay within
/// what they reserved:
///
///     spent + returned + reserved <= granted
///
/// Times are those of `RunningTime`.
struct Credit {
  let key: String
  /// Units held by open calls.
  private(set) var reserved: Int64 = 0
  /// Calls that hold them; one may hold none and cost some.
  private(set) var open: Int32 = 0
  private(set) var counters = LeaseCounters()
  private let serial: Int64
  /// What the authority last said of the whole meter.
  private(set) var told = Told()

  /// What calls that wait for an answer want to spend.
  private var waiting: Int64 = 0
  /// An answer is on its way until then.
  private var answerBy: Int64 = 0
  /// The size of the last call, as a guess at the next one's.
  private var lastTake: Int64 = 0
  /// Until then the authority has given all that it will.
  private var shortUntil: Int64 = 0
  /// Until then calls that need credit up to `deniedLevel` or beyond are refused without asking.
  private var deniedUntil: Int64 = 0
  private var deniedLevel: Int64 = 0
  private var lastHeldAt: Int64
  private var stated = LeaseCounters()
  /// The last wish was answered; otherwise the authority may have granted something that nobody here knows of.
  private var isAnswered = true
  private var isClosing = false
  /// It is on the list of accounts that run low.
  var isListed = false
  /// When the upkeep looks at it next; nil while it has none.
  var upkeepAt: Int64?

  struct Told: Hashable {
    var used: Int64 = 0
    var reserved: Int64 = 0
    var limit: Int64 = 0
    var recalled: Int64 = 0
    var retryAt: Int64?
    var resetsAt = WallTime(milliseconds: 0)
    /// `spent` when it was said.
    var spent: Int64 = 0
  }

  init(key: String, serial: Int64, at now: Int64) {
    self.key = key
    self.serial = serial
    lastHeldAt = now
  }

  /// Units that a further call may hold; below 0 when open calls cost more than they reserved.
  var free: Int64 { saturatingDifference(counters.granted, level) }

  /// When it is sensible to ask again for what was denied.
  func deniedForMs(at now: Int64) -> Int64 { max(1, deniedUntil - now) }

  /// How far `granted` must reach for what is spent, given back and held.
  private var level: Int64 { saturatingSum(saturatingSum(counters.spent, counters.returned), reserved) }

  /// Nothing is held and nothing is left, and the authority knows.
  var isIdle: Bool { open == 0 && counters.credit == 0 && isStated && isAnswered }

  private var isStated: Bool { stated.spent == counters.spent && stated.returned == counters.returned }

  /// What all holders have spent of the meter, as far as is known here, and what they hold.
  var used: Int64 { saturatingSum(told.used, counters.spent - told.spent) }
  var reservedByAll: Int64 { max(reserved, saturatingDifference(told.reserved, counters.spent - told.spent)) }

  // MARK: Reserve and settle

  enum Outlook {
    /// So much may be held now, and asking would not help.
    case holds(Int64)
    case ask
    /// The authority has just denied it.
    case denied
  }

  /// Whether a call that takes `full`, or at the least `least`, can be paid.
  func outlook(least: Int64, full: Int64, at now: Int64) -> Outlook {
    let free = free
    if free >= full || (free >= least && now < shortUntil) { return .holds(free) }
    if free < least, now < deniedUntil, saturatingSum(level, least) >= deniedLevel { return .denied }
    return .ask
  }

  mutating func reserve(_ units: Int64, at now: Int64) {
    assert(units >= 0, "a call would hold \(units) units")
    reserved = saturatingSum(reserved, units)
    open += 1
    lastTake = units
    lastHeldAt = now
    isClosing = false
  }

  /// An open call holds more than before.
  mutating func grow(_ units: Int64) {
    assert(open > 0 && units > 0, "\(open) open calls grow by \(units) units")
    reserved = saturatingSum(reserved, units)
  }

  /// Ends a reservation. More than was held is booked in full: the provider has billed it.
  mutating func settle(held: Int64, spent: Int64) {
    assert(open > 0 && held >= 0, "\(held) units are settled with \(open) calls open")
    open -= 1
    // As in a `Meter`.
    reserved = open == 0 ? 0 : max(0, reserved - held)
    counters.spent = saturatingSum(counters.spent, max(0, spent))
  }

  // MARK: Ask

  /// Less than half a lead is left, no answer is on its way, and asking may help.
  func runsLow(at now: Int64) -> Bool { now >= answerBy && now >= shortUntil && free < lead / 2 }

  /// What to ask for before a call can hold `least`, or better `full`; 0 for both: ahead of need.
  mutating func ask(least: Int64, full: Int64, of id: BudgetID, at now: Int64) -> LeaseWish {
    waiting = saturatingSum(waiting, full)
    isClosing = false
    let wants = saturatingSum(saturatingSum(reserved, waiting), lead)
    return wish(needs: saturatingSum(reserved, least), wants: wants, of: id, at: now)
  }

  /// The account as it stands.
  mutating func restate(of id: BudgetID, at now: Int64) -> LeaseWish {
    wish(needs: reserved, wants: counters.credit, of: id, at: now)
  }

  /// Spends no more of what open calls do not hold. The authority hears of it with the next wish.
  mutating func giveBack() {
    counters.returned = saturatingSum(counters.returned, max(0, free))
    assert(free <= 0, "\(free) units are left of what was given back: \(counters), \(reserved) held")
  }

  /// Gives back what open calls do not hold; without any, all of it, which closes the account.
  mutating func giveBack(of id: BudgetID, at now: Int64) -> LeaseWish {
    giveBack()
    isClosing = open == 0
    return wish(needs: reserved, wants: reserved, of: id, at: now)
  }

  /// The answer to `wish`. True: the account is closed on both sides and may be forgotten.
  mutating func granted(_ grant: LeaseGrant?, for wish: LeaseWish, at now: Int64) -> Bool {
    assert(wish.meter.key == key, "an answer to the wish of another key")
    waiting = 0
    answerBy = 0
    guard wish.serial == serial else { return false }
    assert(wish.counters.spent <= counters.spent, "a wish said more than was spent: \(wish.counters), \(counters)")
    isAnswered = true
    let needed = saturatingSum(saturatingSum(wish.counters.spent, wish.counters.returned), wish.needs)
    guard let grant, grant.serial == serial else {
      deny(upTo: needed, until: now + Limits.deniedForMs)
      return false
    }
    counters.granted = max(counters.granted, grant.granted)
    told = Told(
      used: grant.used, reserved: grant.reserved, limit: grant.limit, recalled: grant.recalled,
      retryAt: grant.retryAfterMs.map { saturatingSum(now, max(0, $0)) }, resetsAt: grant.resetsAt,
      spent: wish.counters.spent)
    let wanted = saturatingSum(needed, max(0, saturatingDifference(wish.wants, wish.needs)))
    if counters.granted < needed {
      let pause = min(grant.retryAfterMs ?? .max, grant.recalled > 0 ? Limits.recallMs : Limits.deniedForMs)
      deny(upTo: needed, until: now + max(1, pause))
    } else if deniedLevel <= counters.granted {
      deniedUntil = 0
    }
    shortUntil = counters.granted < wanted ? now + Limits.deniedForMs : 0
    return isClosing && open == 0 && wish.isClosing && wish.counters == counters
  }

  /// The authority did not answer.
  mutating func declined() {
    waiting = 0
    answerBy = 0
  }

  private mutating func deny(upTo level: Int64, until: Int64) {
    deniedLevel = level
    deniedUntil = until
  }

  private mutating func wish(needs: Int64, wants: Int64, of id: BudgetID, at now: Int64) -> LeaseWish {
    assert(needs >= reserved, "a wish needs \(needs), less than the \(reserved) units that are held")
    stated = counters
    isAnswered = false
    answerBy = saturatingSum(now, Limits.answerMs)
    return LeaseWish(
      meter: MeterName(budget: id.name, measure: id.measure, key: key), serial: serial, counters: counters,
      needs: needs, wants: max(needs, wants))
  }

  private var lead: Int64 { max(told.limit / Limits.leaseDivisor, lastTake) }

  // MARK: Upkeep

  /// What is due now that the account has been left alone for a while; nil: nothing.
  mutating func upkeep(of id: BudgetID, at now: Int64) -> LeaseWish? {
    if now < answerBy { return nil }
    if isClosing || now - lastHeldAt >= Limits.idleMs, open == 0 || free > 0 { return giveBack(of: id, at: now) }
    return isStated && isAnswered ? nil : restate(of: id, at: now)
  }

  /// It has credit or calls, or the authority has yet to hear that it has none.
  var needsUpkeep: Bool { isClosing || !isIdle }
}
