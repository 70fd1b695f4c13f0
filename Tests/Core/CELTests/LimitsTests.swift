import Testing

@testable import CEL

@Suite struct LimitsTests {
  static let numbers = Value.list((0..<1000).map { Value.int($0) })
  static let tooCostly = "takes more than 20000 steps; use shorter lists or fewer macros inside macros"

  @Test(arguments: [
    "n.all(a, n.all(b, a != b || true))", "n.exists(a, n.exists(b, n.exists(c, false)))",
    "n.map(a, n.map(b, a + b)).size() > 0", "n.all(a, a in n)", "n.map(a, n) == n.map(a, n)",
    "n.exists(a, n.exists(b, 1 / 0 > 0)) || true", "n.all(a, n.exists(b, false) || 1 / 0 > 0) && false",
    "n.map(a, n + n + n).size() > 0",
    // Lists that hold one list many times over: small in memory, and 2^40 elements to compare.
    "[1]" + String(repeating: ".map(x, [x, x])", count: 40) + " == [1]"
      + String(repeating: ".map(x, [x, x])", count: 40),
    "['a']" + String(repeating: ".map(x, x + x)", count: 40) + ".size() > 0",
    "[b'a']" + String(repeating: ".map(x, x + x)", count: 40) + ".size() > 0",
    "[[1]]" + String(repeating: ".map(x, x + x)", count: 40) + ".size() > 0",
  ]) func anEvaluationEndsWhenItHasDoneWhatItMay(text: String) {
    #expect(outcome(text, [("n", Self.numbers)]).hasSuffix(Self.tooCostly))
  }

  @Test func longTextsAreChargedFor() {
    let long = Value.string(String(repeating: "ab", count: 50_000))
    let part = Value.string(String(repeating: "ba", count: 25_000))
    #expect(outcome("x.contains(y)", [("x", long), ("y", part)]).hasSuffix(Self.tooCostly))
    #expect(outcome("x.endsWith(y)", [("x", long), ("y", part)]) == "false")
    #expect(outcome("x + x == y", [("x", long), ("y", part)]) == "false")
    #expect(outcome("[1, 2, 3, 4, 5].all(i, x + x != x)", [("x", long)]).hasSuffix(Self.tooCostly))
  }

  @Test func aMapWithManyKeysIsChargedFor() {
    var headers: [(String, String)] = []
    for index in 0..<300 { headers.append(("x-\(index)", "v")) }
    let map = Value.map(ValueMap(headers.map { (key: $0.0, value: $0.1) }))
    #expect(outcome("h['x-299'] == 'v' && h.all(k, k.startsWith('x'))", [("h", map)]) == "true")
    #expect(outcome("h.all(k, h[k] == 'v')", [("h", map)]).hasSuffix(Self.tooCostly))
  }
}
