// Limits: every bound of this room, in one place. Together they bound what any expression can take to load or to run.

enum Limits {
  /// Bytes of an expression's source.
  static let sourceBytesMax = 8192
  /// Levels of an expression's tree: of brackets, of operators in a row (`a + b + c` has three), of macros. The
  /// language asks for 32 (langdef.md, Syntax), and everything that walks the tree walks it by recursion.
  static let depthMax = 96
  /// What one evaluation may do: a step is about one operation, or the handling of `bytesPerStep` bytes.
  static let stepsMax = 20_000
  static let bytesPerStep = 32
  /// States of a compiled regular expression, and how often `{n,m}` may repeat.
  static let patternStatesMax = 1000
  static let patternRepeatsMax = 200
  /// Levels of brackets in a regular expression.
  static let patternDepthMax = 32
  /// Calls that a cost is tried with when it is loaded, and their tokens of each class.
  static let costTrialsMax = 256
  static let costTrialSizes: [Int64] = [0, 1, 1000, 1_000_000]
  /// Names that are compared with a misspelt one, and their length in bytes.
  static let suggestionsMax = 1000
  static let suggestionBytesMax = 64
}
