// OpenCalls: what every call in flight holds on which meters.
import Exchange
import Meters

/// One slot per reservation, used again once it is free, so that a call allocates nothing.
struct OpenCalls {
  /// Units held on one meter. A meter is never dropped, nor its place used again, while a call holds some of it.
  struct Hold {
    let place: MeterPlace
    var units: Int64
  }

  private struct Slot {
    var price: WorstPrice?
    var holds: [Hold] = []
  }

  private var slots: [Slot] = []
  private var free: [Int] = []

  var count: Int { slots.count - free.count }

  mutating func open(price: WorstPrice?) -> Int {
    let slot = free.popLast() ?? slots.count
    if slot == slots.count { slots.append(Slot()) }
    assert(slots[slot].holds.isEmpty, "slot \(slot) was free and holds \(slots[slot].holds.count) meters")
    slots[slot].price = price
    return slot
  }

  mutating func add(_ hold: Hold, to slot: Int) { slots[slot].holds.append(hold) }

  /// What the call holds, in the order it was added.
  func holds(of slot: Int) -> [Hold] { slots[slot].holds }

  mutating func setUnits(_ units: Int64, ofHold index: Int, of slot: Int) {
    assert(units > slots[slot].holds[index].units, "a hold of \(slots[slot].holds[index].units) grows to \(units)")
    slots[slot].holds[index].units = units
  }

  /// What its tokens cost at the most, for a call that grows.
  func price(of slot: Int) -> WorstPrice? { slots[slot].price }

  /// Takes one hold off the call; nil, and the slot is free, when none is left.
  mutating func takeHold(of slot: Int) -> Hold? {
    if let hold = slots[slot].holds.popLast() { return hold }
    assert(free.count < slots.count, "slot \(slot) is given back, and none of \(slots.count) is open")
    free.append(slot)
    return nil
  }
}
