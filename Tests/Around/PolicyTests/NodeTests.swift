import Testing

@testable import Policy

@Suite struct NodeTests {
  private func read(_ text: String) throws(SyntaxFault) -> Node { try Node.read(text.utf8.span) }

  private func fault(_ text: String) -> String {
    do {
      _ = try read(text)
      return "accepted"
    } catch {
      return "\(error.position.line):\(error.position.column) \(error.message)"
    }
  }

  /// The tree without positions, in one line.
  private func shape(_ node: Node) -> String {
    switch node.value {
    case .string(let text): "'\(text)'"
    case .number(let text): text
    case .bool(let flag): "\(flag)"
    case .null: "null"
    case .sequence(let nodes): "[" + nodes.map(shape).joined(separator: " ") + "]"
    case .mapping(let entries): "{" + entries.map { "\($0.key):" + shape($0.value) }.joined(separator: " ") + "}"
    }
  }

  @Test(arguments: [
    ("on: yes", "{on:'yes'}"), ("a: true", "{a:true}"), ("a: False", "{a:false}"), ("a: null", "{a:null}"),
    ("a: ~", "{a:null}"), ("a:", "{a:null}"), ("a: \"\"", "{a:''}"), ("a: 'true'", "{a:'true'}"), ("a: 12", "{a:12}"),
    ("a: -1.5e+3", "{a:-1.5e+3}"), ("a: 0x1F", "{a:0x1F}"), ("a: 0o17", "{a:0o17}"), ("a: .inf", "{a:.inf}"),
    ("a: .5", "{a:.5}"), ("a: 1.", "{a:1.}"), ("a: .", "{a:'.'}"), ("a: 1e", "{a:'1e'}"), ("a: 12:30", "{a:'12:30'}"),
    ("a: 1_000", "{a:'1_000'}"), ("a: 2024-01-01", "{a:'2024-01-01'}"), ("a: $100/day", "{a:'$100/day'}"),
    ("a: [header:x-user-id, model]", "{a:['header:x-user-id' 'model']}"), ("true: 1", "{true:1}"),
    ("a: |\n  x\n  y\n", "{a:'x\ny\n'}"), ("# nothing", "null"), ("", "null"), ("---\na: 1\n...\n", "{a:1}"),
    ("\u{FEFF}a: 1", "{a:1}"), ("%YAML 1.2\n---\na: 1", "{a:1}"), ("'': 1", "{:1}"),
  ])
  func `a YAML scalar means what the core schema of YAML 1.2 says`(text: String, expected: String) throws {
    #expect(try shape(read(text)) == expected)
  }

  @Test(arguments: [
    (" {}", "{}"), (#"{"a":[1,-0.5e-2,true,false,null,"x"]}"#, "{a:[1 -0.5e-2 true false null 'x']}"),
    (#"{"a":"\"\\\/\b\f\n\r\t\u0041"}"#, "{a:'\"\\/\u{8}\u{C}\n\r\tA'}"), (#"{"a":"\uD83D\uDE00"}"#, "{a:'😀'}"),
    ("\u{FEFF}{\"a\":{}}", "{a:{}}"), ("{\"a\":1,\"a\":2}\n", "{a:1 a:2}"), (#"{"é":"ü"}"#, "{é:'ü'}"),
  ])
  func `JSON is read strictly`(text: String, expected: String) throws {
    #expect(try shape(read(text)) == expected)
  }

  @Test(arguments: [
    ("a: &x 1\nb: *x", "1:4 uses a YAML anchor or alias (& or *); write the value out, or quote the text"),
    ("a: *x", "1:4 uses a YAML anchor or alias (& or *); write the value out, or quote the text"),
    (
      "*: 1",
      "1:2 is not valid YAML: while scanning an alias, did not find expected alphabetic or numeric character; "
        + "write \"*\" with quotes"
    ),
    ("a: !!str 1", "1:4 uses a YAML tag (!); remove it, or quote the text"),
    ("a: 1\n---\nb: 2", "2:1 starts a second document here; a policy is one document, so remove what follows ---"),
    ("? [a, b]\n: 1", "1:3 has a list or a mapping as a key; a key is a name"),
    ("a: b: c", "1:5 is not valid YAML: mapping values are not allowed in this context"),
    (
      "a:\n\t- b",
      "2:1 is not valid YAML: while scanning for the next token, found character that cannot start any token"
    ),
    ("a: [1, 2", "2:1 is not valid YAML: while parsing a flow sequence, did not find expected ',' or ']'"),
    ("a: 1\nü: \u{7}", "2:4 is not valid YAML: control characters are not allowed"),
    (
      "a: \"\\uD83D\\uDE00\"",
      "1:7 is not valid YAML: while parsing a quoted scalar, found invalid Unicode character escape code"
    ),
  ])
  func `YAML that is wrong or says more than JSON can is refused where it stands`(text: String, expected: String) {
    #expect(fault(text) == expected)
  }

  @Test(arguments: [
    ("{", "1:2 expected a name in double quotes"), ("{\"a\":1,}", "1:8 expected a name in double quotes"),
    ("{\"a\" 1}", "1:6 expected a colon after a name"), ("{\"a\":01}", "1:7 expected , or }"),
    ("{\"a\":[1 2]}", "1:9 expected , or ]"), ("{\"a\":-}", "1:7 expected a digit"),
    ("{\"a\":1.}", "1:8 expected a digit"),
    ("{\"a\":+1}", "1:6 expected a value"), ("{\"a\":'b'}", "1:6 expected a value"),
    ("{} x", "1:4 more text after the end of the document"), ("{\"a\":\"b", "1:8 a text without its closing quote"),
    ("{\"a\":\"\\", "1:8 a text without its closing quote"),
    ("{\"é\":\n\"\\x\"}", "2:3 a backslash before a character that needs none"),
    ("{\"a\":\"\t\"}", "1:7 a control character inside a text; write it as \\u00XX"),
    ("{\"a\":\"\\uD83D\"}", "1:13 half of a surrogate pair"), ("{\"a\":\"\\uDE00\"}", "1:13 half of a surrogate pair"),
    ("{\"a\":\"\\u12G4\"}", "1:11 expected four hexadecimal digits"),
    ("{/**/}", "1:2 expected a name in double quotes"),
  ])
  func `JSON that is wrong is refused where it stands`(text: String, expected: String) {
    let prefix = "is not valid JSON (it starts with {, so it is read as JSON): "
    #expect(fault(text) == expected.split(separator: " ", maxSplits: 1).joined(separator: " \(prefix)"))
  }

  @Test func `every value and key knows its line and its column in characters`() throws {
    let yaml = try read("a:\n  é: [x, {y: 1}]\n")
    let json = try read("{\"a\":\n  {\"é\": [\"x\", {\"y\": 1}]}}")
    func places(_ node: Node) -> [String] {
      let here = ["\(node.position.line):\(node.position.column)"]
      switch node.value {
      case .sequence(let nodes): return here + nodes.flatMap(places)
      case .mapping(let entries):
        return here + entries.flatMap { ["\($0.key)@\($0.position.line):\($0.position.column)"] + places($0.value) }
      default: return here
      }
    }
    #expect(places(yaml) == ["1:1", "a@1:1", "2:3", "é@2:3", "2:6", "2:7", "2:10", "y@2:11", "2:14"])
    #expect(places(json) == ["1:1", "a@1:2", "2:3", "é@2:4", "2:9", "2:10", "2:15", "y@2:16", "2:21"])
  }

  @Test func `depth and size are bounded in both languages`() {
    let depth = Node.Bounds.depthMax - 2
    func nested(_ count: Int) -> String { String(repeating: "[", count: count) + String(repeating: "]", count: count) }
    #expect(fault("a: " + nested(depth)) == "accepted")
    #expect(fault("{\"a\":" + nested(depth) + "}") == "accepted")
    #expect(fault("a: " + nested(depth + 1)) == "1:66 is nested deeper than 64 levels")
    #expect(fault("{\"a\":" + nested(depth + 1) + "}") == "1:68 is nested deeper than 64 levels")
    #expect(fault(String(repeating: "[", count: 1 << 20)).hasSuffix("is nested deeper than 64 levels"))
    let comment = String(repeating: "#", count: 8 << 20)
    #expect(fault(comment) == "accepted")
    #expect(fault(comment + "#") == "1:1 is 8388609 bytes long; a policy has at most 8388608")
  }

  @Test func `the number of values is bounded in both languages`() {
    let zeros = String(repeating: "0,", count: Node.Bounds.valuesMax - 3)
    #expect(fault("{\"a\":[\(zeros)0]}") == "accepted")
    #expect(fault("{\"a\":[\(zeros)0,0]}") == "1:1048579 has more than 524288 values")
    #expect(fault("[\(zeros)0,0,0]") == "1:1048576 has more than 524288 values")
  }

  @Test func `bytes that are not UTF-8 are refused`() {
    for start in ["a: 1\nb: \"", "{\"a\":\n\""] {
      let bytes = Array(start.utf8) + [0xFF, 0x22, 0x7D]
      var message = "accepted"
      do { _ = try Node.read(bytes.span) } catch { message = "\(error.position.line): \(error.message)" }
      #expect(message.hasPrefix("2: is not valid"))
      #expect(message.contains("UTF-8"))
    }
  }
}
