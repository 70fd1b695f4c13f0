// Habits: what providers of OpenAI's dialect do differently, and whose signatures are known nowhere else: a table.

import Conversation

extension ProviderHabits {
  /// Of the provider `name`, whatever dialect it is asked in.
  init(of name: String) {
    self.init()
    switch name {
    // What it encrypts OpenAI cannot read, and its deployments are named as people like.
    case "azure":
      thoughts = .nowhere
      signsAs = .azure
    case "vertex": signsAs = .vertex
    // docs.mistral.ai/api: a member it does not know is refused (422).
    case "mistral":
      knowsDeveloper = false
      takesOneSystem = true
      takesNames = false
      thoughts = .parts
      takesNineLetterIDs = true
      refusesUnknown = true
      tiers = [:]
    // console.groq.com/docs/api-reference#chat-create: names are refused, thinking is `reasoning`.
    case "groq":
      knowsDeveloper = false
      takesOneSystem = true
      takesNames = false
      thoughts = .reasoning
      tiers = ["default": "on_demand", "flex": "flex"]
    // api-docs.deepseek.com/api/create-chat-completion
    case "deepseek":
      knowsDeveloper = false
      tiers = [:]
    // Servers of open models, whose templates are strict about roles.
    case "together", "vllm":
      knowsDeveloper = false
      takesOneSystem = true
      tiers = [:]
    case "ollama":
      knowsDeveloper = false
      takesOneSystem = true
      thoughts = .reasoning
      tiers = [:]
    case "openrouter": thoughts = .reasoning
    default: break
    }
  }
}
