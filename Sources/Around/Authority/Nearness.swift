// Nearness: which of many names a person may have meant.

/// Names are alike by the pairs of neighbouring letters they share (Dice's coefficient), whatever their case: cheap
/// enough for ten thousand names, and a letter too many, too few or wrong costs two pairs only.
enum Nearness {
  /// The closest first; at most `Limits.suggestionsMax`.
  static func closest(to name: String, among names: [String]) -> [String] {
    let wanted = pairs(of: name)
    let ranked = names.map { candidate in
      let pairs = pairs(of: candidate)
      let shared = pairs.intersection(wanted).count
      return (candidate, likeness: 2 * shared * 1_000 / max(1, pairs.count + wanted.count))
    }
    return ranked.sorted { ($1.likeness, $0.0) < ($0.likeness, $1.0) }.prefix(Limits.suggestionsMax).map(\.0)
  }

  private static func pairs(of name: String) -> Set<UInt16> {
    // The first letter makes a pair with nothing, so that names of one letter have one.
    var last: UInt8 = 0
    var pairs: Set<UInt16> = []
    for byte in name.utf8.prefix(Limits.suggestionBytesMax) {
      let letter = (65...90).contains(byte) ? byte | 32 : byte
      pairs.insert(UInt16(last) << 8 | UInt16(letter))
      last = letter
    }
    return pairs
  }
}
