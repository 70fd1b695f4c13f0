// Policy+Environment: a working policy from nothing but the variables an agent's environment has anyway.

import JSON
import Providers

extension Policy {
  /// One backend for each provider whose key or address is set, in the order of `Provider.all`. Models whose names
  /// begin like a provider's own go to it; all others go to the first backend. No budgets. Throws when no provider is
  /// named, or an address is none.
  ///
  /// - Parameter variables: those of the process; empty ones count as not set. Values of keys are not looked at.
  public static func fromEnvironment(_ variables: [String: String]) throws(PolicyError) -> Policy {
    var diagnostics = Diagnostics(files: ["environment"])
    let variables = variables.filter { !$0.value.isEmpty }
    let backends = Provider.all.compactMap { backend(of: $0, variables, &diagnostics) }
    if backends.isEmpty, diagnostics.refusal == nil {
      let keys = Provider.all.filter { $0.usualAddress != nil }.compactMap(\.keyVariables.first).joined(separator: ", ")
      let advice = "give a policy file (--policy), or set one of \(keys) or \(Provider.all[0].baseURLVariable)"
      diagnostics.report("names no provider; \(advice)", at: .root, nil)
    }
    if let refusal = diagnostics.refusal { throw refusal }
    let claimed = backends.flatMap { backend in
      backend.provider.modelPrefixes.map { Model(.prefix($0), by: backend) }
    }
    // With one backend every model goes there, and one entry says so.
    let models = (backends.count > 1 ? claimed : []) + [Model(anyModelBy: backends[0])]
    return Policy(backends: backends, models: models, budgets: [], limits: Limits())
  }

  private static func backend(
    of provider: Provider, _ variables: [String: String], _ diagnostics: inout Diagnostics
  ) -> Backend? {
    let key = provider.keyVariables.first { variables[$0] != nil }
    let baseURL: BaseURL
    if let text = variables[provider.baseURLVariable] {
      do {
        let written = try BaseURL(parsing: text)
        // An address of a copy of OpenAI's API is whole as it is.
        baseURL = written.path.hasSuffix("/openai") ? written : written.ending(in: provider.clientPath)
      } catch {
        diagnostics.report(error.reason, at: .name(provider.baseURLVariable), nil)
        return nil
      }
    } else if key != nil, let usual = provider.usualAddress {
      baseURL = usual
    } else {
      return nil
    }
    return Backend(
      name: .init(provider.name), provider: provider, baseURL: baseURL,
      credential: key.map { Credential(.environment($0)) })
  }
}

extension Policy {
  /// The same as a document, for commands to change. Throws for the same reasons.
  public static func document(fromEnvironment variables: [String: String]) throws(PolicyError) -> JSONValue {
    let policy = try fromEnvironment(variables)
    let backends = policy.backends.map { backend in
      var members: [(name: String, value: JSONValue)] = [("provider", .string(backend.provider.name))]
      if backend.provider.usualAddress != backend.baseURL {
        members.append(("baseURL", .string(backend.baseURL.description)))
      }
      if case .environment(let name) = backend.credential?.source { members.append(("auth", ["env": .string(name)])) }
      return (name: backend.name.text, value: JSONValue.object(members))
    }
    let models = policy.models.map { model in
      let chain = model.chain.map { JSONValue.object([("backend", .string($0.backend.text))]) }
      return (name: model.pattern.description, value: JSONValue.object([("chain", .array(chain))]))
    }
    return .object([("backends", .object(backends)), ("models", .object(models))])
  }
}
