// Provider+Policy: a provider as a policy names it, and what it needs in a policy.

import Providers

extension Provider {
  /// The provider of that name or alias.
  init?(_ place: Place, _ diagnostics: inout Diagnostics) {
    guard let name = place.text(&diagnostics) else { return nil }
    if let known = Provider(named: name) {
      self = known
      return
    }
    let names = Self.all.map(\.name)
    if let meant = closest(to: name, among: names) {
      place.report("is not a provider known here, \(quoted(name)); did you mean \(meant)?", &diagnostics)
    } else {
      place.report(
        "is not a provider known here, \(quoted(name)); they are \(names.joined(separator: ", ")). "
          + "For another OpenAI-compatible server write \(Self.all[0].name) and its baseURL", &diagnostics)
    }
    return nil
  }

  /// The address that is everybody's; nil where each has one of their own.
  var usualAddress: Policy.BaseURL? {
    guard case .address(let text) = endpoint else { return nil }
    guard let address = try? Policy.BaseURL(parsing: text) else {
      preconditionFailure("\(name) has no base URL: \(text)")
    }
    return address
  }

  /// The credential to advise where none was written; nil where none is needed.
  var credentialAdvice: String? {
    switch auth {
    case .aws: "auth: {aws: {}}"
    case .google: "auth: {google: {}}"
    case .key: keyVariables.first.map { "auth: {env: \($0)}" }
    }
  }

  /// Who takes such a credential, for people.
  static func names(taking auth: Auth) -> String {
    all.filter { $0.auth == auth }.map(\.name).joined(separator: " and ")
  }
}
