import JSON
import Testing

@testable import Control

@Suite struct ParameterCheckTests {
  static let interface = try! InterfaceDefinition(
    """
    interface org.example.test
    type Word (one, two)
    type Thing (name: string, words: []Word, more: ?Thing, counts: [string]int)
    method Ask(
      flag: bool, number: int, share: float, text: string, any: object, maybe: ?int, things: []Thing, set: [string]())
      -> (answer: int)
    method Bare() -> ()
    """)

  static let right = """
    "flag": true, "number": 1, "share": 0.5, "text": "", "any": {"x": []}, "things":
    [{"name": "a", "words": ["one", "two"], "more": {"name": "b", "words": [], "counts": {}}, "counts": {"k": 1}}],
    "set": {"a": {}}
    """

  /// The path of the mistake in the right parameters with `changed` put in the place of its namesake.
  static func mistake(_ changed: String, _ value: String?) throws -> String? {
    var members = try json("{\(right)}").members!.filter { $0.name != changed }
    if let value { members.append((changed, try json("[\(value)]")[0]!)) }
    return interface.mistake(in: .object(members), of: "Ask")
  }

  @Test func whatTheInterfaceSaysPasses() throws {
    let right = try json("{\(Self.right)}")
    #expect(Self.interface.mistake(in: right, of: "Ask") == nil)
    #expect(try Self.mistake("maybe", "1") == nil)
    #expect(try Self.mistake("maybe", "null") == nil)
    #expect(try Self.mistake("share", "2") == nil, "a float may be written without a fraction")
    #expect(Self.interface.mistake(in: [:], of: "Bare") == nil)
  }

  @Test(
    arguments: [
      ("flag", "1", "flag"), ("flag", "null", "flag"), ("flag", nil, "flag"), ("number", "1.0", "number"),
      ("number", "18446744073709551615", "number"),
      ("number", "\"1\"", "number"), ("share", "true", "share"), ("text", "17", "text"), ("any", "[]", "any"),
      ("maybe", "\"1\"", "maybe"), ("things", "{}", "things"), ("things", "[1]", "things[0]"),
      ("things", "[{}]", "things[0].counts"), ("set", "{\"a\": {\"b\": 1}}", "set[a].b"), ("unknown", "1", "unknown"),
      ("things", #"[{"name": "a", "words": ["one", "three"], "counts": {}}]"#, "things[0].words[1]"),
      ("things", #"[{"name": "a", "words": [], "counts": {"k": "v"}}]"#, "things[0].counts[k]"),
      ("things", #"[{"name": "a", "words": [], "counts": {}, "x": 1}]"#, "things[0].x"),
      (
        "things", #"[{"name": "a", "words": [], "counts": {}, "more": {"name": 1}}]"#, "things[0].more.name"
      ),
    ] as [(String, String?, String)])
  func theFirstMistakeIsNamedByItsPath(parameter: String, value: String?, path: String) throws {
    #expect(try Self.mistake(parameter, value) == path)
  }

  @Test func aLongMadeUpNameIsNotRepeatedWhole() throws {
    let path = try Self.mistake(String(repeating: "n", count: 100_000), "1")
    #expect(path?.count == ControlLimits.nameCharactersMax)
  }

  @Test func resultsAreCheckedTheSameWay() throws {
    #expect(Self.interface.mistake(in: ["answer": 1], answeredBy: "Ask") == nil)
    #expect(Self.interface.mistake(in: ["answer": "1"], answeredBy: "Ask") == "answer")
  }
}
