// Provider: what is known of one provider before a policy says anything; the rows stand in Provider+All.

import Exchange

/// A company or a program that serves models, and the habits of its endpoints. A new quirk is a field here, or of
/// `ProviderHabits`, its value in the rows that have it, and the one place that reads it.
public struct Provider: Sendable {
  /// As `provider:` spells it, and as `x-ai-provider` and receipts show it.
  public internal(set) var name: String
  /// How its address is found, as its own SDK writes it.
  public internal(set) var endpoint: Endpoint

  // What is spoken there.

  /// What it speaks, the first of which a call in a dialect it does not speak is translated to; never empty.
  public internal(set) var dialects: [Dialect] = [.openAI]
  /// What follows its base URL where it copies OpenAI's chat completions beside dialects of its own.
  public internal(set) var openAIPath: String? = nil
  /// The header of its key where it is another than the dialect's own.
  public internal(set) var keyForm: KeyForm? = nil
  /// What it does differently in those dialects. Most copies of OpenAI's know the older name of the bound alone.
  public internal(set) var habits = ProviderHabits(outputMaxField: .maxTokens)

  // What the sidecar's environment says of it.

  /// The environment variables people keep its key in, the usual one first.
  public internal(set) var keyVariables: [String] = []
  /// The environment variable its own client reads for another address.
  public internal(set) var baseURLVariable: String
  /// What its own client appends to that address before `/chat/completions` or `/messages`.
  public internal(set) var clientPath: String = ""

  // Its models.

  /// How their names begin, where they begin like nobody else's.
  public internal(set) var modelPrefixes: [String] = []
  /// What else than a model's name may stand around it.
  public internal(set) var modelNaming = ModelNaming.plain
  /// Its models go by names that whoever deployed them made up.
  public internal(set) var namesAreItsUsers = false
  /// The built-in price lists that hold for it, by name. A model that the first lacks costs what the next one says.
  public internal(set) var priceLists: [String] = []

  /// What leads an agent's SDKs, which were written for this provider, to a sidecar instead. Checked in the sources of the
  /// packages named, on PyPI in November 2026; the paths are those that the SDK adds.
  public internal(set) var agentVariables: [AgentVariable] = []

  public enum ModelNaming: Hashable, Sendable {
    case plain
    /// `models/MODEL` (ai.google.dev/api/models).
    case resource
    /// `ft:BASE:organisation:name:id` (platform.openai.com/docs/guides/fine-tuning).
    case fineTuned
    /// `GEOGRAPHY.MODEL`, and ARNs of models and profiles (docs.aws.amazon.com/bedrock, cross-region inference).
    case amazonResource
  }

  /// Which credentials it takes.
  public enum Auth: Hashable, Sendable {
    case key
    /// A key, or a signature by AWS's keys.
    case aws
    /// A token of Google's.
    case google
  }

  public var auth: Auth {
    switch endpoint {
    case .awsRegion: .aws
    case .googleProject: .google
    case .address, .azureResource: .key
    }
  }
}

/// A row is known by its name: there are no two.
extension Provider: Hashable {
  public static func == (one: Provider, other: Provider) -> Bool { one.name == other.name }
  public func hash(into hasher: inout Hasher) { hasher.combine(name) }
}

extension Provider {
  /// The provider of that name, or of one that people have for it.
  public init?(named name: String) {
    guard let row = Self.all.first(where: { $0.name == name }) ?? Self.known(as: name) else { return nil }
    self = row
  }

  /// The provider that people call `name`, in whatever case and with whatever between its words: `AWS Bedrock`,
  /// `azure_openai`, `google-vertex-ai`, `MistralAI`. Where two are named, the host is meant.
  private static func known(as name: String) -> Self? {
    let words = name.lowercased().split { " -_".contains($0) }
    let whole = words.joined()
    let usual = [
      "google": "gemini", "googleai": "gemini", "claude": "anthropic", "aws": "bedrock", "amazon": "bedrock",
    ]
    let wanted = usual[whole] ?? whole
    return all.first { $0.name == wanted || $0.name + "ai" == wanted }
      ?? all.last { known in words.contains { $0 == known.name } }
  }
}
