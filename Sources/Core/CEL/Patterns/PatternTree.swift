// PatternTree: a regular expression as it was written.

/// Why a text is no pattern.
public struct PatternError: Error, Hashable, Sendable {
  /// For people: what is wrong with the pattern, and at which character.
  public let message: String
}

/// A part of a regular expression.
indirect enum PatternTree {
  case empty
  case one(ScalarSet)
  case assertion(PatternAssertion)
  case sequence([PatternTree])
  case choice([PatternTree])
  /// `most` is nil where there is no bound.
  case repeated(PatternTree, least: Int, most: Int?)
}

/// A condition on a place between two characters.
enum PatternAssertion {
  case start, end, wordBoundary, noWordBoundary

  /// - Parameters: the characters around the place, nil at the ends of the text.
  func holds(after before: Unicode.Scalar?, before after: Unicode.Scalar?) -> Bool {
    switch self {
    case .start: before == nil
    case .end: after == nil
    case .wordBoundary: Self.isWord(before) != Self.isWord(after)
    case .noWordBoundary: Self.isWord(before) == Self.isWord(after)
    }
  }

  private static func isWord(_ scalar: Unicode.Scalar?) -> Bool { scalar.map { ScalarSet.word.contains($0) } ?? false }
}

/// Which characters stand at one place.
struct ScalarSet {
  /// In order, but for those of a class that was written out.
  var ranges: [ClosedRange<Unicode.Scalar>]
  var isNegated = false
  var ignoresCase = false

  static let digits = ScalarSet(ranges: ["0"..."9"])
  static let word = ScalarSet(ranges: ["0"..."9", "A"..."Z", "_"..."_", "a"..."z"])
  static let space = ScalarSet(ranges: ["\t"..."\n", "\u{C}"..."\r", " "..." "])
  static let notNewline = ScalarSet(ranges: ["\n"..."\n"], isNegated: true)

  func contains(_ scalar: Unicode.Scalar) -> Bool {
    var isInside = holds(scalar)
    if ignoresCase, !isInside {
      isInside =
        Self.only(scalar.properties.lowercaseMapping).map(holds) ?? false
        || Self.only(scalar.properties.uppercaseMapping).map(holds) ?? false
    }
    return isInside != isNegated
  }

  private func holds(_ scalar: Unicode.Scalar) -> Bool { ranges.contains { $0.contains(scalar) } }

  /// The one character of a mapping; mappings to several, as of ß, do not fold.
  private static func only(_ text: String) -> Unicode.Scalar? {
    text.unicodeScalars.count == 1 ? text.unicodeScalars.first : nil
  }
}
