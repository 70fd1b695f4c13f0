// Suggestion: which known name a person meant.

/// The name nearest to `text`, if one is near enough to be worth asking about: all but for `-`, `_` and case the same, or
/// within two letters to insert, drop or replace (one, in names of up to four letters).
func nearest(to text: String, among names: [String]) -> String? {
  let letters = folded(text)
  if letters.isEmpty || letters.count > Limits.suggestionBytesMax { return nil }
  var best: (name: String, distance: Int)?
  for name in names.prefix(Limits.suggestionsMax) where name.utf8.count <= Limits.suggestionBytesMax {
    let distance = distance(letters, folded(name))
    if distance <= (letters.count <= 4 ? 1 : 2), distance < best?.distance ?? .max { best = (name, distance) }
  }
  return best?.name
}

private func folded(_ text: String) -> [UInt8] {
  text.utf8.filter { $0 != UInt8(ascii: "-") && $0 != UInt8(ascii: "_") }.map { $0.startsName ? $0 | 32 : $0 }
}

/// Levenshtein's distance, row by row.
private func distance(_ left: [UInt8], _ right: [UInt8]) -> Int {
  var row = Array(0...right.count)
  for (index, letter) in left.enumerated() {
    var diagonal = row[0]
    row[0] = index + 1
    for (column, other) in right.enumerated() {
      let replaced = diagonal + (letter == other ? 0 : 1)
      diagonal = row[column + 1]
      row[column + 1] = min(replaced, row[column] + 1, diagonal + 1)
    }
  }
  return row[right.count]
}
