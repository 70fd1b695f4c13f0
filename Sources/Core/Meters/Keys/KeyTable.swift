// KeyTable: one element per key of a budget, at places that stay while the key lives.

import Exchange

/// Elements by key and by place. A bounded number of them: a full table makes room by dropping those that count
/// nothing any more.
public struct KeyTable<Element> {
  /// By place; those of dropped keys are left over until their place is used again.
  public var elements: [Element] = []
  @usableFromInline var places: [String: Int] = [:]
  private var vacant: [Int] = []
  /// Keys by place, for `oldest`; nil where the place is left over.
  private var keys: [String?] = []
  private var hand = 0
  private var sweptAt = WallTime(milliseconds: .min)

  public init() {}

  public var count: Int { places.count }
  public var isFull: Bool { places.count >= MeterLimits.keysPerBudgetMax }

  /// Places in use, in no order.
  public var live: Dictionary<String, Int>.Values { places.values }

  @inlinable
  public func place(of key: String) -> Int? { places[key] }

  /// Adds an element under a key that has none; nil when the table is full.
  public mutating func insert(_ element: Element, key: String) -> Int? {
    assert(places[key] == nil, "a key is inserted that stands at \(places[key] ?? -1) already")
    guard !isFull else { return nil }
    let place = vacant.popLast() ?? elements.count
    if place == elements.count { elements.append(element) } else { elements[place] = element }
    if place == keys.count { keys.append(key) } else { keys[place] = key }
    places[key] = place
    assertConsistent()
    return place
  }

  public mutating func remove(key: String) {
    guard let place = places.removeValue(forKey: key) else { return }
    keys[place] = nil
    vacant.append(place)
    assertConsistent()
  }

  /// Whether the table is full and may look for elements to drop again. Once true, not before a while later.
  public mutating func shouldSweep(at now: WallTime) -> Bool {
    guard isFull else { return false }
    let again = saturatingSum(sweptAt.milliseconds, MeterLimits.sweepEveryMs)
    guard now < sweptAt || now.milliseconds >= again else { return false }
    sweptAt = now
    return true
  }

  /// Drops the elements for which `isIdle` is true.
  public mutating func removeAll(where isIdle: (inout Element) -> Bool) {
    for (key, place) in places where isIdle(&elements[place]) {
      vacant.append(place)
      keys[place] = nil
      places[key] = nil
    }
    assertConsistent()
  }

  /// Every place is either of a key or vacant.
  private func assertConsistent() {
    assert(
      places.count + vacant.count == elements.count && keys.count == elements.count,
      "\(elements.count) elements and \(keys.count) keys: \(places.count) in use, \(vacant.count) vacant")
  }

  /// Up to `count` keys for which `isOld` is true, starting after those seen last time and going round at most twice:
  /// an element that says no the first time may say yes the second (the clock algorithm).
  public mutating func oldest(_ count: Int, where isOld: (inout Element) -> Bool) -> [String] {
    var found: [String] = []
    for _ in 0..<(elements.count * 2) where found.count < count {
      hand = hand + 1 < elements.count ? hand + 1 : 0
      assert(keys[hand].map { places[$0] == hand } ?? true, "the key at \(hand) stands elsewhere")
      if let key = keys[hand], !found.contains(key), isOld(&elements[hand]) { found.append(key) }
    }
    return found
  }
}

/// Where a meter stands: which budget, which key of it.
public struct MeterPlace: Hashable, Sendable {
  public let budget: Int
  public let key: Int

  @inlinable
  public init(budget: Int, key: Int) {
    self.budget = budget
    self.key = key
  }
}
