import Bytes
import Testing

@testable import JSON

@Suite struct NestedMembersTests {
  private enum Name: String, FieldName { case model }
  private static let scanner = FieldScanner<Name>()
  private static let names = NestedNames(["ttl", "role", "call_id"], beginnings: ["role": "dev"])

  private func scan(_ text: String) throws -> (NestedMembers, ByteSlice) {
    let body = ByteSlice(text)
    var nested = NestedMembers(Self.names)
    _ = try Self.scanner.scan(body.span, noting: &nested)
    return (nested, body)
  }

  @Test func membersAreSeenAtEveryDepthButTheFirst() throws {
    let (nested, body) = try scan(#"{"ttl":"x","a":[{"b":{"ttl":"1h"}}],"model":"m"}"#)
    #expect(nested.places.count == 1)
    let isHour = nested.hasString(0, beginning: "1h", in: body.span)
    #expect(isHour)
    let isFiveMinutes = nested.hasString(0, beginning: "5m", in: body.span)
    #expect(!isFiveMinutes)
    let isNotFive = nested.hasString(0, notBeginning: "5m\"", in: body.span)
    #expect(isNotFive)
  }

  @Test func aNameIsTheSameHoweverItIsWritten() throws {
    let (nested, body) = try scan(#"{"a":{"\u0074tl":"1h"}}"#)
    let isThere = nested.has(0, in: body.span)
    #expect(isThere)
  }

  @Test func aValueThatBeginsOtherwiseIsNotKept() throws {
    let (nested, body) = try scan(#"{"a":[{"role":"user"},{"role":"developer"},{"role":{"dev":1}}]}"#)
    let hasDeveloper = nested.has(1, in: body.span)
    #expect(nested.places.count == 1 && hasDeveloper)
  }

  @Test func nullIsNotThereAndLongStringsAreFoundWithoutTheirQuotes() throws {
    let (nested, body) = try scan(#"{"a":{"ttl":null,"call_id":"abcdef","b":{"call_id":"ab"}}}"#)
    let hasTtl = nested.has(0, in: body.span)
    #expect(!hasTtl)
    let long = nested.strings(2, over: 3, in: body.span)
    #expect(long.map { body.slice($0).text } == ["abcdef"])
  }

  @Test func aBodyWithMoreThanIsKeptHasWhateverIsAskedFor() throws {
    let many = Array(repeating: #"{"ttl":"5m"}"#, count: NestedMembers.Limits.placesMax + 1).joined(separator: ",")
    let (nested, body) = try scan("{\"a\":[\(many)]}")
    let isNotFive = nested.hasString(0, notBeginning: "5m\"", in: body.span)
    #expect(isNotFive)
    let hasAnything = nested.has(1, in: body.span)
    #expect(hasAnything)
  }

  @Test func otherCapitalsOfAWantedNameAreSeen() throws {
    #expect(try scan(#"{"Model":"m"}"#).0.misspelled == 0)
    #expect(try scan(#"{"model":"m","modes":1}"#).0.misspelled == nil)
  }
}
