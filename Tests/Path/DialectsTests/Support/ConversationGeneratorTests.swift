import Bytes
import Conversation
import JSON
import Testing

@Suite struct ConversationGeneratorTests {
  @Test func theSameSeedMakesTheSameConversation() {
    var one = ConversationGenerator(seed: 7, signatures: .claude)
    var other = ConversationGenerator(seed: 7, signatures: .claude)
    for _ in 0..<50 { #expect(one.conversation() == other.conversation()) }
  }

  @Test func everyCallIsFollowedByItsResult() {
    var generator = ConversationGenerator(seed: 1)
    var calls = 0
    for _ in 0..<200 {
      let conversation = generator.conversation()
      for (index, message) in conversation.messages.enumerated() {
        let asked: [String] = message.parts.compactMap { part in
          if case .toolUse(let use) = part.content { use.id } else { nil }
        }
        if asked.isEmpty { continue }
        calls += asked.count
        let told: [String] = conversation.messages[index + 1].parts.compactMap { part in
          if case .toolResult(let result) = part.content { result.id } else { nil }
        }
        #expect(asked == told)
      }
    }
    #expect(calls > 100)
  }

  @Test func theStreamOfAnAnswerSaysTheAnswer() {
    var generator = ConversationGenerator(seed: 3, signatures: .claude)
    for _ in 0..<200 {
      let answer = generator.answer()
      let streamed = StreamedAnswer(generator.events(of: answer))
      #expect(streamed.violations == [])
      #expect(streamed.hasEnded)
      #expect(streamed.answer == answer)
    }
  }

  @Test func aMutationChangesTheBody() {
    var mutations = BodyMutations(seed: 5)
    let body = ByteSlice(#"{"model":"m","messages":[{"role":"user","content":"hi"}],"n":1}"#)
    var same = 0
    var texts: Set<String> = []
    for _ in 0..<500 {
      let text = String(mutations.mutated(body).span)
      if text == String(body.span) { same += 1 }
      texts.insert(text)
    }
    #expect(same < 20)
    #expect(texts.count > 100)
  }
}
