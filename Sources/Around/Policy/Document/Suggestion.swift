// Suggestion: which known word a person meant.

/// The word nearest to `text`, if one is near enough to be worth asking about: the same but for case, `-` and `_`, or
/// within two slips of the keyboard (one, for words of up to four letters).
func closest(to text: String, among words: [String]) -> String? {
  let (lettersMax, wordsMax) = (64, 1000)
  let letters = folded(text)
  if letters.isEmpty || letters.count > lettersMax { return nil }
  var best: (word: String, distance: Int)?
  for word in words.prefix(wordsMax) where word.utf8.count <= lettersMax {
    let distance = slips(letters, folded(word))
    let near = distance <= (letters.count <= 4 ? 1 : 2)
    if near, distance < best?.distance ?? .max { best = (word, distance) }
  }
  return best?.word
}

/// How a message about an unknown word goes on: `did you mean openai?`, or else `otherwise`.
func suggestion(for text: String, among words: [String], otherwise: String) -> String {
  closest(to: text, among: words).map { "did you mean \($0)?" } ?? otherwise
}

private func folded(_ text: String) -> [UInt8] {
  text.utf8.filter { $0 != UInt8(ascii: "-") && $0 != UInt8(ascii: "_") }.map { $0.isLetter ? $0 | 32 : $0 }
}

/// Letters to insert, drop, replace or swap with their neighbour to get from one word to the other (optimal string
/// alignment distance).
private func slips(_ left: [UInt8], _ right: [UInt8]) -> Int {
  if left.isEmpty || right.isEmpty { return max(left.count, right.count) }
  var beforeLast: [Int] = []
  var last = Array(0...right.count)
  for row in 1...left.count {
    var current = [row]
    for column in 1...right.count {
      let replaced = last[column - 1] + (left[row - 1] == right[column - 1] ? 0 : 1)
      var distance = min(replaced, last[column] + 1, current[column - 1] + 1)
      if row > 1, column > 1, left[row - 1] == right[column - 2], left[row - 2] == right[column - 1] {
        distance = min(distance, beforeLast[column - 2] + 1)
      }
      current.append(distance)
    }
    (beforeLast, last) = (last, current)
  }
  return last[right.count]
}
