import JSON
import Testing

@testable import Authority

@Suite struct MergePatchTests {
  /// RFC 7396, appendix A; its rows are about any value, so each stands in a member `v` here.
  static let appendix: [(target: String, patch: String, result: String)] = [
    (#"{"a":"b"}"#, #"{"a":"c"}"#, #"{"a":"c"}"#),
    (#"{"a":"b"}"#, #"{"b":"c"}"#, #"{"a":"b","b":"c"}"#),
    (#"{"a":"b"}"#, #"{"a":null}"#, #"{}"#),
    (#"{"a":"b","b":"c"}"#, #"{"a":null}"#, #"{"b":"c"}"#),
    (#"{"a":["b"]}"#, #"{"a":"c"}"#, #"{"a":"c"}"#),
    (#"{"a":"c"}"#, #"{"a":["b"]}"#, #"{"a":["b"]}"#),
    (#"{"a":{"b":"c"}}"#, #"{"a":{"b":"d","c":null}}"#, #"{"a":{"b":"d"}}"#),
    (#"{"a":[{"b":"c"}]}"#, #"{"a":[1]}"#, #"{"a":[1]}"#),
    (#"["a","b"]"#, #"["c","d"]"#, #"["c","d"]"#),
    (#"{"a":"b"}"#, #"["c"]"#, #"["c"]"#),
    (#"{"a":"foo"}"#, "null", "null"),
    (#"{"a":"foo"}"#, #""bar""#, #""bar""#),
    (#"{"e":null}"#, #"{"a":1}"#, #"{"e":null,"a":1}"#),
    (#"[1,2]"#, #"{"a":"b","c":null}"#, #"{"a":"b"}"#),
    (#"{}"#, #"{"a":{"bb":{"ccc":null}}}"#, #"{"a":{"bb":{}}}"#),
  ]

  @Test(arguments: appendix) func aPatchDoesWhatTheAppendixOfTheRFCSays(
    row: (target: String, patch: String, result: String)
  ) {
    func value(_ text: String) -> JSONValue { json("[\(text)]")[0]! }
    #expect(text(MergePatch.apply(value(row.patch), to: value(row.target))) == row.result)
  }

  @Test func membersKeepTheirOrderAndNewOnesComeLast() {
    let changed = MergePatch.apply(json(#"{"z":1,"b":2,"a":3}"#), to: json(#"{"c":0,"b":0,"a":0}"#))
    #expect(text(changed) == #"{"c":0,"b":2,"a":3,"z":1}"#)
  }

  static let documents = [
    "{}", #"{"a":1}"#, #"{"a":1,"b":{"c":[1,{"d":null}],"e":"x"}}"#, #"{"b":{"c":[2]},"f":{}}"#,
    #"{"b":{"e":{"g":1}}}"#,
    #"{"a":{"b":1}}"#, #"{"b":7}"#, #"{"f":[],"a":"1"}"#, #"{"b":{}}"#,
  ]

  @Test(arguments: documents, documents) func thePatchBetweenTwoDocumentsLeadsFromOneToTheOther(
    old: String, new: String
  ) {
    let patch = MergePatch.between(json(old), json(new))
    #expect(MergePatch.apply(patch, to: json(old)) == json(new), "by \(text(patch))")
    #expect((patch == json("{}")) == (json(old) == json(new)))
  }

  @Test func aPatchBetweenDocumentsNamesOnlyWhatDiffers() {
    let patch = MergePatch.between(json(#"{"a":{"x":1,"y":2},"b":3}"#), json(#"{"a":{"x":1,"y":5},"c":4}"#))
    #expect(text(patch) == #"{"a":{"y":5},"b":null,"c":4}"#)
  }

  @Test func aMemberThatIsNullCountsAsAbsent() {
    #expect(text(MergePatch.between(json(#"{"a":{"b":1}}"#), json(#"{"a":{"b":1,"c":null},"d":null}"#))) == "{}")
    #expect(text(MergePatch.between(json(#"{"a":1}"#), json(#"{"a":null}"#))) == #"{"a":null}"#)
  }
}
