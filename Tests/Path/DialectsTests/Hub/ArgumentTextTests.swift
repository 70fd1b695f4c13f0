// ArgumentTextTests: where one call's arguments end and another's begin.

import Testing

@testable import Hub
@testable import OpenAI

@Suite struct ArgumentTextTests {
  private func split(_ pieces: [String]) -> [String] {
    var objects = [""]
    var text = ArgumentText()
    for piece in pieces {
      var rest = Optional(piece)
      while let more = rest {
        let (own, next) = text.take(more)
        objects[objects.count - 1] += own
        rest = next
        if next != nil {
          objects.append("")
          text = ArgumentText()
        }
      }
    }
    return objects
  }

  @Test func objectsAreToldApartHoweverTheyAreCut() {
    let first = #"{"a":"}{\"\\","b":[{"c":1}]}"#
    let whole = first + " \n" + #"{"d":"é{"}"# + "{}"
    for at in whole.indices {
      #expect(split([String(whole[..<at]), String(whole[at...])]) == [first, #"{"d":"é{"}"#, "{}"])
    }
    #expect(split(whole.map { String($0) }).first == first)
  }

  @Test func whatFollowsAndBeginsNoObjectBelongsToNothing() {
    #expect(split([#"{"a":1}"#, "}", "</tool>"]) == [#"{"a":1}"#])
    #expect(split([#"{"a":1"#]) == [#"{"a":1"#])
  }

  @Test func wholeArgumentsAreSplitAlike() {
    #expect(CallArguments.objects(of: #"{"a":1}{"b":2}"#) == [#"{"a":1}"#, #"{"b":2}"#])
    #expect(CallArguments.objects(of: #"{}{"b":2}"#) == [#"{"b":2}"#])
    #expect(CallArguments.objects(of: "") == ["{}"] && CallArguments.objects(of: "{}") == ["{}"])
    #expect(CallArguments.objects(of: #"{"a":"#) == [#"{"arguments":"{\"a\":"}"#])
  }
}
