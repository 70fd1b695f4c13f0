// Lease: credit on a meter that an authority grants and a holder spends, in numbers that only ever grow.
//
// The holder and the authority each keep `granted`, `spent` and `returned` of an account, and each message states all
// of them. Whoever hears a larger number takes it over. So a message is idempotent: it may be lost, repeated or
// overtaken without harm, and what the holder may still spend is the same subtraction on both sides:
//
//     credit = granted - spent - returned

/// What a holder has done with an account so far, since it opened it.
public struct LeaseCounters: Hashable, Sendable {
  /// Units the holder has been allowed, as far as it has heard.
  public var granted: Int64
  /// Units of settled calls.
  public var spent: Int64
  /// Units given back unspent.
  public var returned: Int64

  public init(granted: Int64 = 0, spent: Int64 = 0, returned: Int64 = 0) {
    self.granted = granted
    self.spent = spent
    self.returned = returned
  }

  /// Units that may still be spent; never below 0, even where more was spent than granted.
  public var credit: Int64 { max(0, saturatingDifference(granted, saturatingSum(spent, returned))) }

  /// Takes over what is larger; numbers below 0 mean nothing.
  public mutating func learn(_ other: LeaseCounters) {
    granted = max(granted, other.granted)
    spent = max(spent, other.spent)
    returned = max(returned, other.returned)
  }
}

/// A holder's state on one meter, and what it asks for.
public struct LeaseWish: Hashable, Sendable {
  public var meter: MeterName
  /// Which account of the holder this is. A holder numbers the accounts it opens; once it has closed one and the
  /// authority has confirmed that, its next account on the same meter has a higher number and counts from 0 again.
  public var serial: Int64
  public var counters: LeaseCounters
  /// The credit that the calls at hand need at the least, those that are open included.
  public var needs: Int64
  /// The credit it would like to have, at least `needs`. 0, with no credit left, closes the account.
  public var wants: Int64

  public init(meter: MeterName, serial: Int64, counters: LeaseCounters, needs: Int64, wants: Int64) {
    self.meter = meter
    self.serial = serial
    self.counters = counters
    self.needs = needs
    self.wants = wants
  }

  public var isClosing: Bool { needs <= 0 && wants <= 0 && counters.credit == 0 }
}

/// The authority's answer.
public struct LeaseGrant: Hashable, Sendable {
  public var meter: MeterName
  /// That of the wish. A holder ignores grants of other accounts than its own.
  public var serial: Int64
  public var granted: Int64
  /// The state of the whole meter: spent by all holders, held by all holders, and the most there can be of both.
  public var used: Int64
  public var reserved: Int64
  public var limit: Int64
  /// Credit that other holders may not need and were asked to give back: ask again in a moment.
  public var recalled: Int64
  /// Where `needs` was not granted: when time alone will have made room for it; nil: never.
  public var retryAfterMs: Int64?
  public var resetsAt: WallTime

  public init(
    meter: MeterName, serial: Int64, granted: Int64, used: Int64, reserved: Int64, limit: Int64, recalled: Int64 = 0,
    retryAfterMs: Int64? = nil, resetsAt: WallTime
  ) {
    self.meter = meter
    self.serial = serial
    self.granted = granted
    self.used = used
    self.reserved = reserved
    self.limit = limit
    self.recalled = recalled
    self.retryAfterMs = retryAfterMs
    self.resetsAt = resetsAt
  }
}

/// The authority wants back what a holder does not need of a meter.
public struct LeaseRecall: Hashable, Sendable {
  public var holder: HolderName
  public var meter: MeterName

  public init(holder: HolderName, meter: MeterName) {
    self.holder = holder
    self.meter = meter
  }
}

/// An account as the authority's ledger remembers it. Written together with the mark of its meter, or not at all: the
/// mark holds everything that `spent` has added to it.
public struct LeaseRow: Hashable, Sendable {
  public var holder: HolderName
  public var meter: MeterName
  public var serial: Int64
  /// nil: the account is closed and its row is to be removed.
  public var counters: LeaseCounters?
  public var seenAt: WallTime

  public init(holder: HolderName, meter: MeterName, serial: Int64, counters: LeaseCounters?, seenAt: WallTime) {
    self.holder = holder
    self.meter = meter
    self.serial = serial
    self.counters = counters
    self.seenAt = seenAt
  }
}
