// SequentialWriterTests: parts that overlap in a provider's stream come one after the other in an agent's.

import Bytes
import Conversation
import Exchange
import JSON
import Testing

@testable import Anthropic
@testable import Bedrock
@testable import Cohere
@testable import Dialects
@testable import Hub
@testable import Responses

@Suite struct SequentialWriterTests {
  private static func place(_ part: Int) -> PartPlace { PartPlace(part: part) }

  /// Two calls whose arguments come in turns, with a text in between.
  private let interleaved: [AnswerEvent] = [
    .began(AnswerStart(id: "r", model: "m")),
    .partBegan(.toolUse(id: "a", name: "f", signature: nil), at: place(0)),
    .partGrew(.arguments(#"{"x":"#), at: place(0)), .partBegan(.text, at: place(1)),
    .partBegan(.toolUse(id: "b", name: "g", signature: nil), at: place(2)),
    .partGrew(.arguments(#"{"y":"#), at: place(2)), .partGrew(.text("so"), at: place(1)), .partEnded(at: place(1)),
    .partGrew(.arguments("1}"), at: place(0)), .partGrew(.arguments("2}"), at: place(2)), .partEnded(at: place(0)),
    .partEnded(at: place(2)), .choiceFinished(.toolUse, stopSequence: nil, choice: 0), .ended,
  ]

  @Test(arguments: [Dialect.anthropic, .responses, .bedrock, .cohere])
  func overlappingPartsAreToldOneAfterTheOther(agent: Dialect) throws {
    let spoke = try #require(agent.spoke)
    let told = written(interleaved, by: spoke.writer(for: Conversation(model: "m")))
    let events = try eventsRead(by: spoke.reader(), from: told)
    var open: PartPlace?
    for event in events {
      switch event {
      case .partBegan(_, let place):
        #expect(open == nil, "\(place) began while another was open")
        open = place
      case .partGrew(_, let place): #expect(open == place)
      case .partEnded: open = nil
      default: break
      }
    }
    let read = StreamedAnswer(events)
    #expect(read.violations == [] && read.hasEnded)
    #expect(
      read.answer.choices[0].parts == [
        Part(.toolUse(ToolUse(id: "a", name: "f", arguments: #"{"x":1}"#))), .text("so"),
        Part(.toolUse(ToolUse(id: "b", name: "g", arguments: #"{"y":2}"#))),
      ])
  }

  @Test func whatIsOpenWhenTheStreamIsCutIsEndedInOrder() throws {
    var progress = AnswerProgress()
    let begun = Array(interleaved.prefix(6))
    for event in begun { progress.take(event) }
    let events = begun + progress.ending(choices: 1, usage: .init())
    let told = written(events, by: AnthropicMessages.writer(for: Conversation(model: "m")))
    let read = StreamedAnswer(try eventsRead(by: AnthropicMessages.reader(), from: told))
    #expect(read.violations == [] && read.hasEnded && read.answer.choices[0].finish == .length)
    #expect(read.answer.choices[0].parts.count == 3)
  }

  @Test func onlyTheFirstChoiceIsTold() throws {
    let other = PartPlace(choice: 1, part: 0)
    let told = written(
      [
        .began(AnswerStart(id: "r", model: "m")), .partBegan(.text, at: other), .partBegan(.text, at: Self.place(0)),
        .partGrew(.text("so"), at: Self.place(0)), .partGrew(.text("no"), at: other), .partEnded(at: Self.place(0)),
        .choiceFinished(.stop, stopSequence: nil, choice: 0), .ended,
      ], by: AnthropicMessages.writer(for: Conversation(model: "m")))
    let read = StreamedAnswer(try eventsRead(by: AnthropicMessages.reader(), from: told))
    #expect(read.answer.choices.map(\.parts) == [[.text("so")]])
  }
}
