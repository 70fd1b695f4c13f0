import Testing

@testable import CEL

@Suite struct CompilerTests {
  static let environment: Environment = {
    var environment = Environment()
    environment.declare("model", as: .string)
    environment.declare("input_tokens", as: .uint)
    environment.declare("hour", as: .int)
    environment.declare("budget", "remaining", as: .double)
    environment.declare("budget", "per-user", "remaining", as: .double)
    environment.declare("headers", as: .map(key: .string, value: .string))
    environment.declare("tags", as: .list(.string))
    environment.declare("anything", as: .dynamic)
    return environment
  }()

  @Test(arguments: [
    ("model", "string"), ("input_tokens + 1u", "uint"), ("budget.remaining > 0.5", "bool"),
    ("budget['per-user'].remaining", "double"), ("budget.`per-user`.remaining", "double"),
    ("headers.accept", "string"), ("headers['x-user-id']", "string"), ("tags[0]", "string"),
    ("[1, 2]", "list(int)"), ("[1, 'a']", "list(dyn)"), ("[]", "list(dyn)"), ("{'a': 1u}", "map(string, uint)"),
    ("{1: 1, 'a': 1}", "map(dyn, int)"), ("tags.map(t, size(t))", "list(int)"),
    ("tags.filter(t, true)", "list(string)"),
    ("headers.filter(h, h != '')", "list(string)"), ("anything", "dyn"), ("anything.a[0].b", "dyn"),
    ("anything + 1", "int"), ("true ? anything : 1", "dyn"), ("type(1)", "type"), ("int", "type"),
    ("hour < 1.5", "bool"), ("input_tokens > 100", "bool"), ("anything == 1", "bool"), ("dyn(1) == 1u", "bool"),
    ("[1].map(x, [x, x])", "list(list(int))"), ("[] + [1]", "list(dyn)"), ("null", "null_type"), ("b'a'", "bytes"),
  ]) func typesAreKnownBeforeTheExpressionRuns(text: String, type: String) {
    #expect(refusal(text, in: Self.environment) == "loaded as \(type)")
  }

  @Test(arguments: [
    ("input_token + 1u", "line 1, column 1: input_token is not a variable; did you mean input_tokens?"),
    ("1u + InputTokens", "line 1, column 6: InputTokens is not a variable; did you mean input_tokens?"),
    (
      "x",
      "line 1, column 1: x is not a variable; the variables are model, input_tokens, hour, budget.remaining, "
        + "budget[\"per-user\"].remaining, headers, tags, anything"
    ),
    ("budget.remainin", "line 1, column 8: budget.remainin is not a variable; did you mean budget.remaining?"),
    (
      "budget",
      "line 1, column 1: budget is not a value by itself; write budget.remaining, budget[\"per-user\"].remaining"
    ),
    (
      "budget.per-user.remaining",
      "line 1, column 8: budget.per is not a variable; the variables are model, input_tokens, hour, budget.remaining, "
        + "budget[\"per-user\"].remaining, headers, tags, anything"
    ),
    ("budget.remaining.x", "line 1, column 18: double has no fields, so none is called x"),
    ("model[0]", "line 1, column 6: string is neither a list nor a map, so it has no [ ]"),
    ("tags['a']", "line 1, column 5: a list is indexed with int, and this is string"),
    ("tags[0u]", "line 1, column 5: a list is indexed with int, and this is uint; write 0"),
    ("headers[1]", "line 1, column 8: the map's keys are string, and this is int"),
    ("{1: 2}.a", "line 1, column 8: the map's keys are int; write [ ] and a key of that type"),
    ("{1.5: 2}", "line 1, column 2: double cannot be a key; keys are int, uint, bool or string"),
    ("input_tokens + 1", "line 1, column 14: + does not take uint and int; write 1u"),
    ("2 * input_tokens", "line 1, column 3: * does not take int and uint; write 2u"),
    ("input_tokens + hour", "line 1, column 14: + does not take uint and int; convert one with int() or uint()"),
    ("budget.remaining * 2", "line 1, column 18: * does not take double and int; write 2.0"),
    ("input_tokens == 0", "line 1, column 14: == does not take uint and int; write 0u"),
    ("hour == 12u", "line 1, column 6: == does not take int and uint; write 12"),
    ("model + 1", "line 1, column 7: + does not take string and int"),
    ("model - model", "line 1, column 7: - does not take string and string"),
    ("1.5 % 2.0", "line 1, column 5: % does not take double and double; the remainder is one of int or uint"),
    ("model < 1", "line 1, column 7: < does not take string and int"),
    ("tags < tags", "line 1, column 6: < does not take list(string) and list(string)"),
    ("model && true", "line 1, column 7: && does not take string and bool"),
    ("1 in tags", "line 1, column 3: in does not take int and list(string)"),
    ("'a' in 'abc'", "line 1, column 5: in does not take string and string; on its right stands a list or a map"),
    (
      "input_tokens in [1, 2]",
      "line 1, column 14: in does not take uint and list(int); convert one with int() or uint()"
    ),
    ("!hour", "line 1, column 1: ! takes a bool, and this is int"),
    ("-input_tokens", "line 1, column 1: a uint has no sign; write int(...) around it"),
    ("-model", "line 1, column 1: - takes a number, and this is string"),
    ("hour ? 1 : 2", "line 1, column 6: the condition before ? must be a bool, and is int"),
    ("true ? 1 : 'a'", "line 1, column 6: ? : has int on one side and string on the other"),
    ("true ? 1u : 2", "line 1, column 6: ? : has uint on one side and int on the other; write 2u"),
    (
      "lenght(model)",
      "line 1, column 1: lenght is not a function here; they are has, size, contains, startsWith, "
        + "endsWith, matches, int, uint, double, string, bytes, bool, type, dyn, all, exists, filter, map, exists_one"
    ),
    ("model.startswith('a')", "line 1, column 7: startswith is not a function here; did you mean startsWith?"),
    ("startsWith(model, 'a')", "line 1, column 1: startsWith is written text.startsWith(part)"),
    ("model.contains(1)", "line 1, column 7: contains() takes string and string, and these are string and int"),
    ("size(1)", "line 1, column 1: size() takes a string, bytes, a list or a map, and this is int"),
    ("model.int()", "line 1, column 7: int is written int(x)"),
    ("int(1, 2)", "line 1, column 1: int is written int(x)"),
    ("int(true)", "line 1, column 1: int() takes int, uint, double, string, and this is bool"),
    ("string([1])", "line 1, column 1: string() takes string, bool, int, uint, double, bytes, and this is list(int)"),
    ("has(model)", "line 1, column 1: has is written has(map.key); for a key that is no name write \"key\" in map"),
    ("has(model.x)", "line 1, column 11: string has no fields, so none is called x"),
    ("tags.all(1, true)", "line 1, column 6: all is written list.all(x, condition), where x is a name"),
    ("all(x, true)", "line 1, column 1: all is written list.all(x, condition), where x is a name"),
    ("tags.all(t, 1)", "line 1, column 6: the condition of all must be a bool, and is int"),
    ("model.exists(c, true)", "line 1, column 7: exists goes through a list or a map, and this is string"),
    (
      "tags.map(t)",
      "line 1, column 6: map is written list.map(x, value) or list.map(x, condition, value), where x is a name"
    ),
    ("tags.all(t, t > 1)", "line 1, column 15: > does not take string and int"),
    ("tags.all(t, tt == '')", "line 1, column 13: tt is not a variable; did you mean t?"),
    ("model.matches('(')", "line 1, column 15: the pattern has a ( without its ), at its character 2"),
    (
      "timestamp('2020-01-01T00:00:00Z')",
      "line 1, column 1: timestamp is not a function here; they are has, size, contains, startsWith, endsWith, "
        + "matches, int, uint, double, string, bytes, bool, type, dyn, all, exists, filter, map, exists_one"
    ),
  ]) func whatDoesNotFitIsRefusedWithItsPlaceAndAdvice(text: String, message: String) {
    #expect(refusal(text, in: Self.environment) == message)
  }

  @Test func theHostSaysWhatItWants() {
    #expect(
      refusal("hour", in: Self.environment, result: .bool)
        == "line 1, column 1: the expression is int, and must be bool")
    #expect(refusal("anything", in: Self.environment, result: .bool) == "loaded as dyn")
  }

  @Test func theVariableOfAMacroHidesOthersOfItsName() {
    let variables: [(String, Value)] = [("x", .string("outer"))]
    #expect(outcome("[1, 2].all(x, x < 3)", variables) == "true")
    #expect(outcome("[1].map(x, .x)", variables) == "[\"outer\"]")
    #expect(outcome("[1].map(x, [x + 1].map(x, x * 10))", variables) == "[[20]]")
    #expect(outcome("[1, 2].map(x, x) + [x]", variables) == "[1, 2, \"outer\"]")
  }

  @Test func whatIsConstantIsWorkedOutOnce() throws {
    let expression = try Expression("2 * 3 == 6 && size('abc') in [1, 2, 3]", Environment())
    #expect(try expression.evaluate(Bindings(Environment())).description == "true")
    #expect(expression.operation is Constant)
    #expect(try !(Expression("1 / 0 > 1", Environment()).operation is Constant))
  }
}
