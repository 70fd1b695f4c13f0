// Schedule: moments evenly spread over a span, whether or not anything keeps up with them.

/// `count` moments from `startNs` on, the last one an interval before `startNs + spanNs`.
struct Schedule {
  let startNs: Int
  let spanNs: Int
  let count: Int
  private var taken = 0

  init(startNs: Int, spanNs: Int, count: Int) {
    self.startNs = startNs
    self.spanNs = spanNs
    self.count = count
  }

  func moment(_ index: Int) -> Int { startNs + index * spanNs / count }

  /// The next moment not yet taken.
  var nextNs: Int? { taken < count ? moment(taken) : nil }

  /// Takes the moments up to `nowNs`, by index.
  mutating func take(upTo nowNs: Int) -> Range<Int> {
    let first = taken
    while let next = nextNs, next <= nowNs { taken += 1 }
    return first..<taken
  }
}
