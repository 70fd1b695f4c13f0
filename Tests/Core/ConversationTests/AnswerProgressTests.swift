import Conversation
import Exchange
import Testing

@Suite struct AnswerProgressTests {
  @Test func aCutReplyEndsItsOpenPartsAndEveryChoice() {
    var progress = AnswerProgress()
    let place = PartPlace(choice: 1, part: 0)
    progress.take(.began(AnswerStart(id: "r", model: "m")))
    progress.take(.choiceFinished(.stop, stopSequence: nil, choice: 0))
    progress.take(.partBegan(.text, at: place))
    progress.take(.partGrew(.text("so far"), at: place))
    let usage = Usage(input: TokenCount(3), output: TokenCount(2))
    let expected: [AnswerEvent] = [
      .partEnded(at: place), .choiceFinished(.length, stopSequence: nil, choice: 1), .usageReported(usage), .ended,
    ]
    #expect(progress.ending(choices: 2, usage: usage) == expected)
  }
}
