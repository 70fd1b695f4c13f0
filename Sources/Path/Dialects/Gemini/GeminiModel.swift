// GeminiModel: what a model can do, as far as its name tells.

/// `gemini-2.5-flash`, `models/gemini-3-pro-preview`. Names that are not Gemini's are taken for the 2.5 generation,
/// which is asked in numbers and promises nothing; Gemini names without a number (`gemini-flash-latest`) for the
/// newest.
struct GeminiModel {
  /// Ten times the number in the name: 20, 25, 30, ...
  private let generation: Int
  private let isPro: Bool

  init(_ name: String) {
    let words = name.split { $0 == "-" || $0 == "/" }
    isPro = words.contains("pro")
    guard let place = words.firstIndex(of: "gemini") else {
      generation = 25
      return
    }
    let numbers = place + 1 < words.count ? words[place + 1].split(separator: ".") : []
    guard let major = numbers.first.flatMap({ Int($0) }), (1..<100).contains(major) else {
      generation = 30
      return
    }
    generation = major * 10 + (numbers.dropFirst().first.flatMap { Int($0.prefix(1)) } ?? 0)
  }

  var thinks: Bool { generation >= 25 }
  /// Thinking is asked for in words (docs/thinking).
  var thinksInLevels: Bool { generation >= 30 }
  /// Calls must come back with their signatures (docs/thought-signatures).
  var signsCalls: Bool { generation >= 30 }
  /// Results of tools may hold images (docs/function-calling), and images how closely to look (docs/media-resolution).
  var takesMediaInResults: Bool { generation >= 30 }
  var takesDetail: Bool { generation >= 30 }
  /// JSON can be asked for where functions are offered (docs/structured-output).
  var answersJSONBesideTools: Bool { generation >= 30 }
  /// Google fetches what stands at an address (docs/file-input-methods).
  var takesURLs: Bool { generation >= 25 }
  /// The least that it can think, in words and in tokens.
  var leastLevel: String { isPro ? "LOW" : "MINIMAL" }
  var leastBudget: Int64 { isPro ? 128 : 0 }
  /// Flash models think 24,576 tokens at most (docs/thinking).
  var thinkingMax: Int64 { isPro ? 32_768 : 24_576 }
}
