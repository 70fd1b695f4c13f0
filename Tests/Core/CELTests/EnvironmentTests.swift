import Testing

@testable import CEL

@Suite struct EnvironmentTests {
  @Test func theLongestNameThatIsDeclaredCounts() throws {
    var environment = Environment()
    let short = environment.declare("a", as: .map(key: .string, value: .int))
    let long = environment.declare("a", "b", as: .int)
    var bindings = Bindings(environment)
    var map = ValueMap()
    _ = map.insert(.string("b"), .int(1))
    _ = map.insert(.string("c"), .int(2))
    bindings[short] = .map(map)
    bindings[long] = .int(3)
    let expression = try Expression("[a.b, a.c, a['b'], .a.b]", environment)
    #expect(try expression.evaluate(bindings).description == "[3, 2, 3, 3]")
  }

  @Test func anExpressionSaysWhatItReads() throws {
    var environment = Environment()
    let read = environment.declare("a", as: .int)
    let unread = environment.declare("b", as: .int)
    let expression = try Expression("[1].all(b, b == a)", environment)
    #expect(expression.reads(read))
    #expect(!expression.reads(unread))
  }

  @Test func aVariableWithoutValueIsAnErrorThatCanBeOutvoted() throws {
    var environment = Environment()
    environment.declare("a", as: .bool)
    let expression = try Expression("a", environment)
    #expect(throws: EvaluationError(.unbound("a"), at: SourcePosition(line: 1, column: 1))) {
      try expression.evaluate(Bindings(environment))
    }
    #expect(try Expression("a || true", environment).evaluate(Bindings(environment)).description == "true")
  }

  @Test func bindingsOfAnotherEnvironmentBindNothing() throws {
    var environment = Environment()
    environment.declare("a", as: .bool)
    let expression = try Expression("a", environment)
    #expect(throws: EvaluationError(.unbound("a"), at: SourcePosition(line: 1, column: 1))) {
      try expression.evaluate(Bindings(Environment()))
    }
  }

  @Test func aNameIsSpelledAsOneWritesIt() {
    var environment = Environment()
    #expect(environment.declare("budget", "remaining", as: .double).name == "budget.remaining")
    #expect(
      environment.declare("budget", "per-user", "remaining", as: .double).name == "budget[\"per-user\"].remaining")
  }

  @Test func headersAreAMapWhereTheFirstOfTwoEqualNamesCounts() {
    let headers = ValueMap([("x-user-id", "ada"), ("x-user-id", "bob"), ("accept", "*/*")])
    #expect(outcome("headers['x-user-id'] + headers.accept", [("headers", .map(headers))]) == "\"ada*/*\"")
    #expect(outcome("'x-team' in headers || size(headers) == 2", [("headers", .map(headers))]) == "true")
  }
}
