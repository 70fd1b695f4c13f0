// OpenCalls: what every call in flight holds on which meters.
import Exchange

/// One slot per reservation, used again once it is free, so that a call allocates nothing.
struct OpenCalls {
  struct Hold {
    let budget: Budget
    let meter: Meter
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

  func input(of slot: Int) -> TokenCount { TokenCount(slots[slot].input) }
  func output(of slot: Int) -> TokenCount { TokenCount(slots[slot].output) }
  func holds(of slot: Int) -> [Hold] { slots[slot].holds }

  mutating func close(_ slot: Int) {
    slots[slot].holds.removeAll(keepingCapacity: true)
    free.append(slot)
  }
}
