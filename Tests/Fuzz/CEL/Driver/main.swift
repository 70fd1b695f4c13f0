// aigw-cel: evaluates expressions, one a line, for the scripts that compare them with other implementations.

import CEL

/// Tabs separate an expression from its variables, `name=expression` or `a.b=expression`; `\n`, `\t`, `\r` and `\\`
/// stand for themselves. Answers `= VALUE`, `! load: WHY` or `! run: WHY`.
func answer(_ line: String) -> String {
  let fields = line.split(separator: "\t", omittingEmptySubsequences: false).map { unescaped($0) }
  var environment = Environment()
  var values: [(Variable, Value)] = []
  do {
    for field in fields.dropFirst() {
      let parts = field.split(separator: "=", maxSplits: 1).map(String.init)
      let bound = try Expression(parts[1], Environment())
      let path = parts[0].split(separator: ".").map(String.init)
      values.append((declare(path, as: bound.type, in: &environment), try bound.evaluate(Bindings(Environment()))))
    }
    let expression = try Expression(fields[0], environment)
    var bindings = Bindings(environment)
    for (variable, value) in values { bindings[variable] = value }
    return try "= \(expression.evaluate(bindings))"
  } catch let error as ExpressionError {
    return "! load: \(error)"
  } catch {
    return "! run: \(error)"
  }
}

func declare(_ path: [String], as type: ValueType, in environment: inout Environment) -> Variable {
  switch path.count {
  case 1: environment.declare(path[0], as: type)
  case 2: environment.declare(path[0], path[1], as: type)
  default: environment.declare(path[0], path[1], path[2], as: type)
  }
}

func unescaped(_ text: Substring) -> String {
  var result = String.UnicodeScalarView()
  var isEscaped = false
  for scalar in text.unicodeScalars {
    if isEscaped {
      result.append(scalar == "n" ? "\n" : scalar == "t" ? "\t" : scalar == "r" ? "\r" : scalar)
      isEscaped = false
    } else if scalar == "\\" {
      isEscaped = true
    } else {
      result.append(scalar)
    }
  }
  return String(result)
}

while let line = readLine() { print(answer(line)) }
