import Exchange
import Testing

@testable import Policy

@Suite struct EnvironmentTests {
  private func backends(_ variables: [String: String]) throws -> [String] {
    try Policy.fromEnvironment(variables).backends.map {
      let key = if case .environment(let name)? = $0.credential?.source { name } else { "no key" }
      return "\($0.name) \($0.baseURL) \(key)"
    }
  }

  @Test(arguments: [
    (["OPENAI_API_KEY": "k"], "openai https://api.openai.com/v1 OPENAI_API_KEY"),
    (["OPENAI_BASE_URL": "http://127.0.0.1:8000/v1"], "openai http://127.0.0.1:8000/v1 no key"),
    (["OPENAI_API_KEY": "k", "OPENAI_BASE_URL": "http://h"], "openai http://h OPENAI_API_KEY"),
    (
      ["OPENAI_API_KEY": "k", "OPENAI_BASE_URL": "", "GROQ_API_KEY": ""],
      "openai https://api.openai.com/v1 OPENAI_API_KEY"
    ),
    (["ANTHROPIC_API_KEY": "k"], "anthropic https://api.anthropic.com/v1 ANTHROPIC_API_KEY"),
    // Anthropic's and Groq's own clients append the version to their base URL variable.
    (["ANTHROPIC_BASE_URL": "https://h/anthropic/"], "anthropic https://h/anthropic/v1 no key"),
    (["ANTHROPIC_BASE_URL": "https://h/v1"], "anthropic https://h/v1 no key"),
    (
      ["GROQ_API_KEY": "k", "GROQ_BASE_URL": "https://api.groq.com"], "groq https://api.groq.com/openai/v1 GROQ_API_KEY"
    ),
    (["GEMINI_API_KEY": "k"], "gemini https://generativelanguage.googleapis.com/v1beta GEMINI_API_KEY"),
    (["GOOGLE_API_KEY": "k"], "gemini https://generativelanguage.googleapis.com/v1beta GOOGLE_API_KEY"),
    (
      ["GOOGLE_API_KEY": "k", "GEMINI_API_KEY": "k"],
      "gemini https://generativelanguage.googleapis.com/v1beta GEMINI_API_KEY"
    ),
    (["MISTRAL_API_KEY": "k"], "mistral https://api.mistral.ai/v1 MISTRAL_API_KEY"),
    (["GROQ_API_KEY": "k"], "groq https://api.groq.com/openai/v1 GROQ_API_KEY"),
    (["DEEPSEEK_API_KEY": "k"], "deepseek https://api.deepseek.com/v1 DEEPSEEK_API_KEY"),
    (["COHERE_API_KEY": "k"], "cohere https://api.cohere.com COHERE_API_KEY"),
    (
      ["GEMINI_API_KEY": "k", "GEMINI_BASE_URL": "http://h/v1beta/openai"],
      "gemini http://h/v1beta/openai GEMINI_API_KEY"
    ),
    (
      ["AZURE_OPENAI_API_KEY": "k", "AZURE_OPENAI_ENDPOINT": "https://mine.openai.azure.com/"],
      "azure https://mine.openai.azure.com/openai/v1 AZURE_OPENAI_API_KEY"
    ),
    (["OLLAMA_BASE_URL": "http://127.0.0.1:11434/v1"], "ollama http://127.0.0.1:11434/v1 no key"),
    (["TOGETHER_API_KEY": "k"], "together https://api.together.xyz/v1 TOGETHER_API_KEY"),
  ])
  func `one variable makes a working policy`(variables: [String: String], expected: String) throws {
    #expect(try backends(variables) == [expected])
    let policy = try Policy.fromEnvironment(variables)
    #expect(policy.models.map(\.pattern) == [.prefix("")])
  }

  @Test func `with several keys a model goes to the provider whose name it bears, any other to the first`() throws {
    let policy = try Policy.fromEnvironment([
      "TOGETHER_API_KEY": "k", "ANTHROPIC_API_KEY": "k", "OPENAI_API_KEY": "k", "PATH": "/bin",
    ])
    #expect(policy.backends.map(\.name.text) == ["openai", "anthropic", "together"])
    func server(_ name: String) -> String? {
      policy.model(serving: ModelName(name))?.chain.map(\.backend.text).joined()
    }
    #expect(server("gpt-4o") == "openai")
    #expect(server("claude-sonnet-4-5") == "anthropic")
    #expect(server("gemini-2.5-pro") == "openai")
    #expect(server("anything") == "openai")
  }

  @Test func `an environment without a provider says what to set`() {
    var lines: [String] = []
    do { _ = try backends(["PATH": "/bin", "OPENAI_API_KEY": ""]) } catch { lines = ["\(error)"] }
    #expect(
      lines == [
        "environment: names no provider; give a policy file (--policy), or set one of OPENAI_API_KEY, ANTHROPIC_API_KEY, "
          + "GEMINI_API_KEY, MISTRAL_API_KEY, GROQ_API_KEY, DEEPSEEK_API_KEY, TOGETHER_API_KEY, COHERE_API_KEY, "
          + "OPENROUTER_API_KEY or OPENAI_BASE_URL"
      ])
  }

  @Test func `every bad address is named, and no value is repeated`() {
    var lines: [String] = []
    do {
      _ = try backends(["OPENAI_BASE_URL": "secret", "GROQ_API_KEY": "k", "GROQ_BASE_URL": "http://u:secret@h"])
    } catch {
      lines = "\(error)".split(separator: "\n").map(String.init)
    }
    #expect(
      lines == [
        "environment: OPENAI_BASE_URL: must start with https:// or http://",
        "environment: GROQ_BASE_URL: must not hold a user or a password; "
          + "write auth: {env: NAME} or {file: PATH} instead",
      ])
  }
}
