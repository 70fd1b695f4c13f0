// Holders: the processes that hold leases, when each was last heard, and on which meters it has accounts.

import Exchange
import Meters

struct Holder {
  var name: HolderName
  /// In time awake.
  var heardAt: Int64
  var accounts: Set<MeterPlace> = []
}

/// Holders by place and by name. A place is used again once nothing is left of its holder.
struct Holders {
  private var holders: [Holder] = []
  private var places: [HolderName: Int] = [:]
  private var vacant: [Int] = []

  var live: Dictionary<HolderName, Int>.Values { places.values }

  subscript(place: Int) -> Holder {
    get { holders[place] }
    _modify { yield &holders[place] }
  }

  func place(of name: HolderName) -> Int? { places[name] }

  /// nil when there are as many as can be.
  mutating func add(_ name: HolderName, at now: Int64) -> Int? {
    assert(places[name] == nil, "holder \(places[name] ?? -1) is added again")
    guard places.count < Limits.holdersMax else { return nil }
    let holder = Holder(name: name, heardAt: now)
    let place = vacant.popLast() ?? holders.count
    if place == holders.count { holders.append(holder) } else { holders[place] = holder }
    places[name] = place
    assert(places.count + vacant.count == holders.count, "\(places.count) of \(holders.count) holders are known")
    return place
  }

  mutating func remove(_ place: Int) {
    assert(places[holders[place].name] == place, "holder \(place) is removed twice")
    assert(holders[place].accounts.isEmpty, "holder \(place) is removed with \(holders[place].accounts.count) accounts")
    places[holders[place].name] = nil
    vacant.append(place)
  }
}
