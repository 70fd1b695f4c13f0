import Testing

@testable import CEL

@Suite struct FuzzTests {
  static let seeds = [
    "model == 'gpt-4o' ? input_tokens * 2u : output_tokens + 3u", "budget.remaining > 0.5 && 'x-team' in headers",
    "[1, 2.5, 'a', b'\\xff', null, {'k': [true]}].exists(e, e == 1 || has(headers.x))",
    "a.b['c'][0].matches('^(a|b)*[c-d]{2,3}$')",
    "r'raw' + '''tri''' + \"\\u00e9\\x41\\101\"", "-0x10 % 3 - --2 / 7u * .5e-3",
    "{1: 2, 3u: 4}.map(k, k > 1, {k: -k})",
    "size([[], {}]) in [1, 2,] // end", "string(int(uint(double('1'))))",
  ]
  static let scraps = [
    "(", ")", "[", "]", "{", "}", "'", "\"", "'''", "\\", "\\x", "\\u", ".", ",", ":", "?", "&&", "||", "!", "-", "+",
    "*", "/",
    "%", "in", "0x", "1e", "9223372036854775808", "18446744073709551615u", "1.7e308", "é", "\0", "\u{10FFFF}", "`a`",
    "//", "\n",
    ".all(x, x)", ".map(x, x, x)", "has(", "dyn(", "type(", "matches('(')", "null", "true", "x", "headers", "{}.a", " ",
  ]

  /// Whatever is made of them, expressions are loaded or refused and evaluated or refused; none ends the process.
  @Test(arguments: 1...4 as ClosedRange<UInt64>) func noTextCrashesOrHangs(seed: UInt64) {
    var random = SeededNumbers(state: seed)
    let variables: [(String, Value)] = [
      ("x", .int(5)), ("headers", .map(ValueMap([("x", "1")]))), ("model", .string("gpt-4o")),
      ("input_tokens", .uint(7)),
      ("output_tokens", .uint(0)), ("k", .list([.int(1), .null])),
    ]
    var loaded = 0
    for _ in 0..<1500 {
      var text = Array((Self.seeds.randomElement(using: &random) ?? "").unicodeScalars)
      for _ in 0..<Int.random(in: 1...4, using: &random) {
        let place = Int.random(in: 0...text.count, using: &random)
        switch Int.random(in: 0..<4, using: &random) {
        case 0: text.insert(contentsOf: (Self.scraps.randomElement(using: &random) ?? "").unicodeScalars, at: place)
        case 1: text.removeSubrange(place..<min(text.count, place + Int.random(in: 1...5, using: &random)))
        case 2:
          let other = Array((Self.seeds.randomElement(using: &random) ?? "").unicodeScalars)
          text.replaceSubrange(place..<text.count, with: other.suffix(Int.random(in: 0...other.count, using: &random)))
        default: if place < text.count { text[place] = Unicode.Scalar(UInt8.random(in: 0..<128, using: &random)) }
        }
      }
      var source = String.UnicodeScalarView()
      source.append(contentsOf: text)
      if !outcome(String(source), variables).hasPrefix("! line") { loaded += 1 }
    }
    #expect(loaded > 10, "the mutations should leave some expressions whole")
  }

  @Test(arguments: 1...2 as ClosedRange<UInt64>) func noPatternCrashesOrHangs(seed: UInt64) {
    var random = SeededNumbers(state: seed)
    let parts = [
      "a", "b", "(", ")", "[", "]", "^", "$", "|", "*", "+", "?", "{2,3}", "{", "}", "\\", "d", "w", "x41", ".", "-",
      "(?:", "(?i)", "🐱",
    ]
    for _ in 0..<3000 {
      let pattern = (0..<Int.random(in: 1...12, using: &random)).map { _ in parts.randomElement(using: &random) ?? "" }
        .joined()
      _ = (try? Pattern(pattern))?.matches("abba🐱-aB41")
    }
  }

  @Test func longTextsOfEveryKindAreReadOrRefused() {
    for scrap in Self.scraps {
      let text = String(repeating: scrap, count: 8000 / scrap.utf8.count)
      _ = outcome(text)
      _ = outcome("'" + text)
    }
  }
}
