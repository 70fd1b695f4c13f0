// Zone: where the calendar's midnights fall.

import Exchange

/// A time zone: UTC, or one of the IANA time zone database.
public struct Zone: Hashable, Sendable {
  public static let utc = Zone()

  /// nil: local time is UTC.
  private let rules: ZoneRules?

  private init() { rules = nil }

  public var name: String { rules?.name ?? "UTC" }

  /// Throws when the file is not of the format (RFC 9636) or needs what is not read here.
  ///
  /// - Parameters:
  ///   - name: `Europe/Berlin`; checked by whoever reads the policy.
  ///   - file: the contents of the zone's file in the database, usually below `/usr/share/zoneinfo`.
  public init(_ name: String, file: [UInt8]) throws(ZoneError) {
    rules = try ZoneRules(name, file: file)
  }

  /// Milliseconds since 1970-01-01T00:00 as a clock on the wall counts them.
  func localMs(at time: WallTime) -> Int64 {
    guard let rules else { return time.milliseconds }
    return saturatingSum(time.milliseconds, rules.offsetMs(at: time.milliseconds))
  }

  /// The first moment from which on a clock on the wall shows at least this: the first of two where it shows it twice,
  /// the moment it is set forward where it never does.
  func time(atLocalMs local: Int64) -> WallTime {
    guard let rules else { return WallTime(milliseconds: local) }
    // No zone is a day ahead or behind, and none is set twice within two days.
    var before = saturatingDifference(local, 86_400_000)
    var after = saturatingSum(local, 86_400_000)
    let offsetBefore = rules.offsetMs(at: before)
    let offsetAfter = rules.offsetMs(at: after)
    let first = saturatingDifference(local, offsetBefore)
    if offsetBefore == offsetAfter { return WallTime(milliseconds: first) }
    while after - before > 1 {
      let middle = before + (after - before) / 2
      if rules.offsetMs(at: middle) == offsetBefore { before = middle } else { after = middle }
    }
    if first < after { return WallTime(milliseconds: first) }
    return WallTime(milliseconds: max(after, saturatingDifference(local, offsetAfter)))
  }

  public static func == (left: Zone, right: Zone) -> Bool { left.name == right.name }
  public func hash(into hasher: inout Hasher) { hasher.combine(name) }
}

/// Why a zone cannot be used: one sentence.
public struct ZoneError: Error, Hashable, Sendable, CustomStringConvertible {
  public let description: String
  /// The database has no such zone, or there is no database.
  public init(missing zone: String) {
    self.init(zone, "is not in /usr/share/zoneinfo: correct its name, or install the package tzdata")
  }

  init(_ zone: String, _ reason: String) { description = "the time zone \(zone) \(reason)" }
}
