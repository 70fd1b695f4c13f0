// OpenCalls: what every call in flight holds on which meters.
import Exchange
import Meters

/// One slot per reservation, used again once it is free, so that a call allocates nothing.
struct OpenCalls {
  /// Units held on one meter. A meter is never dropped, nor its place used again, while a call holds some of it.
  struct Hold {
    let place: MeterPlace
    let units: Int64
  }

  private struct Slot {
    var input: Int64 = 0
    var output: Int64 = 0
    var holds: [Hold] = []
  }

  private var slots: [Slot] = []
  private var free: [Int] = []

  var count: Int { slots.count - free.count }

  mutating func open(input: Int64, output: Int64) -> Int {
    let slot = free.popLast() ?? slots.count
    if slot == slots.count { slots.append(Slot()) }
    slots[slot].input = input
    slots[slot].output = output
    return slot
  }

  mutating func add(_ hold: Hold, to slot: Int) { slots[slot].holds.append(hold) }

  /// What the call holds, in the order it was added.
  func holds(of slot: Int) -> [Hold] { slots[slot].holds }

  func input(of slot: Int) -> TokenCount { TokenCount(slots[slot].input) }
  func output(of slot: Int) -> TokenCount { TokenCount(slots[slot].output) }

  /// Takes one hold off the call; nil, and the slot is free, when none is left.
  mutating func takeHold(of slot: Int) -> Hold? {
    if let hold = slots[slot].holds.popLast() { return hold }
    free.append(slot)
    return nil
  }
}
