import Bytes
import Conversation
import Exchange
import Foundation
import JSON
import TestSupport
import Testing

@testable import Anthropic
@testable import Bedrock
@testable import Cohere
@testable import Dialects
@testable import Gemini
@testable import Hub
@testable import OpenAI
@testable import Responses

/// Bodies made from valid ones by changing one place. Whatever comes of them, nothing crashes: they are understood, and
/// can then be said in any dialect, or they are refused by name.
@Suite struct HostileBodiesTests {
  /// AIGW_FUZZ_ROUNDS=1000000 for the long run; split among what is tried.
  static let rounds = ProcessInfo.processInfo.environment["AIGW_FUZZ_ROUNDS"].flatMap { Int($0) } ?? 20_000
  static let dialects = Dialect.allCases.filter { $0.spoke != nil }
  private static let share = rounds / dialects.count / 3
  /// How many mutations are made of one valid body.
  private static let mutationsEach = 20

  private func anyDialect(_ random: inout Seeded) -> any Spoke.Type {
    Self.dialects.randomElement(using: &random)!.spoke!
  }

  @Test(arguments: dialects) func requestsAreUnderstoodOrRefusedByName(_ dialect: Dialect) throws {
    let spoke = try #require(dialect.spoke)
    var generator = ConversationGenerator(seed: 71, signatures: .claude)
    var mutations = BodyMutations(seed: 72)
    var random = Seeded(73)
    var refused = 0
    for _ in 0..<Self.share / Self.mutationsEach {
      var losses = Losses()
      let valid = spoke.body(of: generator.conversation(), losses: &losses)
      for _ in 0..<Self.mutationsEach {
        let body = mutations.mutated(valid)
        do throws(Fault) {
          let read = try spoke.conversation(from: body, model: ModelName("m"), streams: true)
          let said = anyDialect(&random).body(of: read, losses: &losses)
          #expect((try? JSONValue.parse(said.span, rejectingDuplicates: true)) != nil, "\(text(body))")
        } catch {
          refused += 1
          #expect(error.status == 400 && !error.message.isEmpty && error.party == .agent, "\(text(body)): \(error)")
        }
      }
    }
    #expect(refused > 0)
  }

  @Test(arguments: dialects) func repliesAreUnderstoodOrRefused(_ dialect: Dialect) throws {
    let spoke = try #require(dialect.spoke)
    var generator = ConversationGenerator(seed: 81, signatures: .claude)
    var mutations = BodyMutations(seed: 82)
    var random = Seeded(83)
    var refused = 0
    let conversation = Conversation(model: "m")
    for _ in 0..<Self.share / Self.mutationsEach {
      let valid = spoke.body(of: generator.answer(), to: conversation)
      for _ in 0..<Self.mutationsEach {
        let body = mutations.mutated(valid)
        do throws(ShapeFault) {
          let said = anyDialect(&random).body(of: try spoke.answer(from: body), to: conversation)
          #expect((try? JSONValue.parse(said.span, rejectingDuplicates: true)) != nil, "\(text(body))")
        } catch {
          refused += 1
        }
        _ = spoke.fault(status: 400 + Int.random(in: 0..<200, using: &random), body: body)
      }
    }
    #expect(refused > 0)
  }

  @Test(arguments: dialects) func streamsKeepTheirOrderHoweverBroken(_ dialect: Dialect) throws {
    let spoke = try #require(dialect.spoke)
    var generator = ConversationGenerator(seed: 91, signatures: .claude)
    var mutations = BodyMutations(seed: 92)
    var random = Seeded(93)
    let conversation = Conversation(model: "m")
    for _ in 0..<Self.share / Self.mutationsEach {
      let valid = written(generator.events(of: generator.answer()), by: spoke.writer(for: conversation))
      for _ in 0..<Self.mutationsEach {
        let wire = Bool.random(using: &random) ? mutatedEvent(of: valid, &mutations, &random) : mutations.mutated(valid)
        var reader = spoke.reader()
        var events: [AnswerEvent] = []
        var input = ByteBuffer()
        input.append(wire)
        events = (try? reader.read(&input, hasEnded: true)) ?? []
        let streamed = StreamedAnswer(events)
        #expect(streamed.violations == [], "\(text(wire))")
        _ = written(events, by: anyDialect(&random).writer(for: conversation))
      }
    }
  }

  /// `stream` with one value of one event changed, where its events are lines of JSON.
  private func mutatedEvent(
    of stream: ByteSlice, _ mutations: inout BodyMutations, _ random: inout Seeded
  ) -> ByteSlice {
    var lines = text(stream).split(separator: "\n", omittingEmptySubsequences: false).map { String($0) }
    let payloads = lines.indices.filter { lines[$0].hasPrefix("data: {") }
    guard let line = payloads.randomElement(using: &random) else { return mutations.mutated(stream) }
    lines[line] = "data: " + text(mutations.mutated(ByteSlice(String(lines[line].dropFirst(6)))))
    return ByteSlice(lines.joined(separator: "\n"))
  }
}
