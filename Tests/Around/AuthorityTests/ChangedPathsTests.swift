import Testing

@testable import Authority

@Suite struct ChangedPathsTests {
  static func between(_ old: String, _ new: String) -> [String] { ChangedPaths(from: json(old), to: json(new)).paths }

  @Test func theSmallestPlaceThatDiffersIsNamed() {
    #expect(Self.between(#"{"a":{"x":1,"y":2},"b":[1]}"#, #"{"a":{"x":1,"y":3},"b":[2]}"#) == ["a.y", "b"])
  }

  @Test func whatIsAddedOrRemovedIsNamedWhole() {
    #expect(Self.between(#"{"a":{"x":{"y":1}}}"#, #"{"b":{"z":{"w":1}}}"#) == ["a", "b"])
  }

  @Test func namesThatLookLikePathsStandInQuotes() {
    #expect(Self.between("{}", #"{"gpt-3.5":1,"x_y":1,"":1,"a\nb":1}"#) == [#""gpt-3.5""#, "x_y", #""""#, #""a\nb""#])
  }

  @Test func documentsThatSayTheSameHaveNoChangedPath() {
    #expect(Self.between(#"{"a":1,"b":null}"#, #"{"c":null,"a":1}"#) == [])
  }

  @Test func aLongListEndsWithACount() {
    let many = "{" + (0..<Limits.changedPathsMax + 5).map { #""k\#($0)":1"# }.joined(separator: ",") + "}"
    let paths = Self.between("{}", many)
    #expect(paths.count == Limits.changedPathsMax + 1)
    #expect(paths.last == "and 5 more")
  }
}
