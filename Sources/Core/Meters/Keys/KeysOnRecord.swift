// KeysOnRecord: keys of a budget that are not in memory, and whose spend the ledger remembers.
import Exchange

/// A set of keys that may have a mark in the ledger, in the manner of a Bloom filter. It errs on one side only: a key
/// that it does not have has none.
public struct KeysOnRecord: Sendable {
  /// FNV-1a of the keys; of two that collide one is looked up in vain.
  private var digests: Set<UInt64> = []
  /// There are more than are listed, so every key may be one.
  private var isOverfull = false
  /// When the last of their marks says nothing any more.
  private var expires = WallTime(milliseconds: .min)
  /// Marks that the ledger does not have yet, by key, and those that nobody was asked to write.
  private var unwritten: [String: MeterMark] = [:]
  private var toWrite: [MeterMark] = []

  public init() {}

  public func has(_ key: String) -> Bool {
    if digests.isEmpty && !isOverfull { return false }
    return isOverfull || digests.contains(MeterKey.digest(of: key))
  }

  /// The same, once those are forgotten whose marks have expired.
  public mutating func mayHave(_ key: String, at now: WallTime) -> Bool {
    if !has(key) { return false }
    guard now >= expires else { return true }
    self = KeysOnRecord()
    return false
  }

  /// It lists no key whose mark still says something.
  public func isEmpty(at now: WallTime) -> Bool { (digests.isEmpty && !isOverfull) || now >= expires }

  /// A meter is evicted: this is its state, to be written.
  public mutating func add(_ mark: MeterMark) {
    found(mark)
    unwritten[mark.key] = mark
    toWrite.append(mark)
  }

  /// The ledger has this mark.
  public mutating func found(_ mark: MeterMark) {
    expires = max(expires, mark.expires ?? WallTime(milliseconds: .max))
    if digests.count < MeterLimits.onRecordMax {
      digests.insert(MeterKey.digest(of: mark.key))
    } else {
      isOverfull = true
    }
    assert(has(mark.key), "a key that was found is not on record")
  }

  public var hasUnwritten: Bool { !toWrite.isEmpty }

  public mutating func takeUnwritten() -> [MeterMark] {
    defer { toWrite = [] }
    return toWrite
  }

  public mutating func written(_ mark: MeterMark) {
    if unwritten[mark.key] == mark { unwritten[mark.key] = nil }
  }

  /// The mark could not be written; it must be tried again.
  public mutating func notWritten(_ mark: MeterMark) {
    if unwritten[mark.key] == mark { toWrite.append(mark) }
  }

  /// The key is in memory again; its mark, if the ledger does not have it yet.
  public mutating func remove(_ key: String) -> MeterMark? {
    digests.remove(MeterKey.digest(of: key))
    return unwritten.removeValue(forKey: key)
  }
}
