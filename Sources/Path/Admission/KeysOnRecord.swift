// KeysOnRecord: keys of a budget that are not in memory, and whose spend the ledger remembers.
import Exchange
import Meters

/// A set of keys that may have a mark in the ledger. It errs on one side only: a key that it does not have has none.
struct KeysOnRecord {
  /// FNV-1a of the keys; of two that collide one is looked up in vain.
  private var digests: Set<UInt64> = []
  /// There are more than are listed, so every key may be one.
  private var isOverfull = false
  /// When the last of their marks says nothing any more.
  private var expires = WallTime(milliseconds: .min)
  /// Marks that the ledger does not have yet, by key, and those that nobody was asked to write.
  private var unwritten: [String: MeterMark] = [:]
  private var toWrite: [MeterMark] = []

  func has(_ key: String) -> Bool {
    if digests.isEmpty && !isOverfull { return false }
    return isOverfull || digests.contains(MeterKey.digest(of: key))
  }

  /// The same, once those are forgotten whose marks have expired.
  mutating func mayHave(_ key: String, at now: WallTime) -> Bool {
    if !has(key) { return false }
    guard now >= expires else { return true }
    self = KeysOnRecord()
    return false
  }

  /// A meter is evicted: this is its state, to be written.
  mutating func add(_ mark: MeterMark) {
    found(mark)
    unwritten[mark.key] = mark
    toWrite.append(mark)
  }

  /// The ledger has this mark.
  mutating func found(_ mark: MeterMark) {
    expires = max(expires, mark.expires ?? WallTime(milliseconds: .max))
    if digests.count < Limits.onRecordMax { digests.insert(MeterKey.digest(of: mark.key)) } else { isOverfull = true }
  }

  var hasUnwritten: Bool { !toWrite.isEmpty }

  mutating func takeUnwritten() -> [MeterMark] {
    defer { toWrite = [] }
    return toWrite
  }

  mutating func written(_ mark: MeterMark) {
    if unwritten[mark.key] == mark { unwritten[mark.key] = nil }
  }

  /// The key is in memory again; its mark, if the ledger does not have it yet.
  mutating func remove(_ key: String) -> MeterMark? {
    digests.remove(MeterKey.digest(of: key))
    return unwritten.removeValue(forKey: key)
  }
}
