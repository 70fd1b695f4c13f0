import Exchange
import Testing

@testable import Providers

/// The table as a whole: what one row may not say because another one does.
@Suite struct ProviderTableTests {
  @Test func `every name and alias means one provider`() {
    let names = Provider.all.map(\.name)
    #expect(Set(names).count == names.count)
    for row in Provider.all {
      for name in [row.name, row.name.uppercased(), row.name + "-ai"] {
        #expect(Provider(named: name)?.name == row.name)
      }
    }
    #expect(Provider(named: "") == nil)
    #expect(Provider(named: "opnai") == nil)
  }

  @Test(arguments: [
    ("OpenAI", "openai"), ("Anthropic", "anthropic"), ("google-gemini", "gemini"), ("aws-bedrock", "bedrock"),
    ("azure-openai", "azure"),
  ])
  func `other gateways' names are known`(alias: String, name: String) {
    #expect(Provider(named: alias)?.name == name)
  }

  @Test func `a variable of the environment speaks of one provider`() {
    let variables = Provider.all.flatMap { $0.keyVariables + [$0.baseURLVariable] }
    #expect(Set(variables).count == variables.count)
    let agents = Provider.all.flatMap(\.agentVariables)
    #expect(Set(agents.map(\.name)).count == agents.count)
    for variable in agents {
      guard let twin = variable.twin else { continue }
      #expect(agents.first { $0.name == twin }?.twin == variable.name)
    }
  }

  @Test func `no model's name begins like those of two providers`() {
    let prefixes = Provider.all.flatMap(\.modelPrefixes)
    for (place, prefix) in prefixes.enumerated() {
      for (other, longer) in prefixes.enumerated() where other != place { #expect(!longer.hasPrefix(prefix)) }
    }
  }

  @Test func `every row speaks something and names its paths as they are joined`() {
    for row in Provider.all {
      #expect(!row.dialects.isEmpty && Set(row.dialects).count == row.dialects.count, "\(row.name)")
      for path in [row.openAIPath ?? "", row.clientPath] + row.agentVariables.map(\.suffix) {
        #expect(path.isEmpty || (path.hasPrefix("/") && !path.hasSuffix("/")), "\(row.name): \(path)")
      }
      #expect(row.auth == .key || !row.baseURLVariable.isEmpty, "\(row.name)")
    }
  }
}
