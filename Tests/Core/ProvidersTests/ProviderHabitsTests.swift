import Testing

@testable import Providers

/// What goes up and what is booked depends on these: each stands for a page of a provider's documentation.
@Suite struct ProviderHabitsTests {
  private func names(_ has: (ProviderHabits) -> Bool) -> [String] {
    Provider.all.filter { has($0.habits) }.map(\.name).sorted()
  }

  @Test func `those who refuse to be asked for usage, or tell it anyway, are not asked`() {
    #expect(names { !$0.asksForStreamUsage } == ["mistral", "openrouter"])
  }

  @Test func `those who go on when they are hung up on are known`() {
    #expect(names { !$0.stopsWhenLeft } == ["gemini", "groq", "mistral"])
  }

  @Test func `copies of OpenAI's API get the older name of the bound unless they are known to want the newer`() {
    #expect(names { $0.outputMaxField == nil } == ["openai"])
    #expect(names { $0.outputMaxField == .maxCompletionTokens } == ["azure", "groq"])
    #expect(names { $0.addedOutputMaxField == .maxCompletionTokens } == ["azure", "groq", "openai"])
  }

  @Test func `where nothing is known, all is as OpenAI has it`() {
    let habits = ProviderHabits()
    #expect(habits.asksForStreamUsage && habits.stopsWhenLeft)
    #expect(habits.outputMaxField == nil)
    #expect(habits.addedOutputMaxField.rawValue == "max_completion_tokens")
  }
}
