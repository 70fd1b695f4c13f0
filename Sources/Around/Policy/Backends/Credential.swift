// Credential: where what a backend asks for is kept, and which header carries it; never the key.

import Exchange
import Providers

extension Policy {
  /// `auth` of a backend.
  public struct Credential: Hashable, Sendable {
    public let source: Source
    /// As the policy says; nil is as the dialect is usually spoken to.
    let form: KeyForm?
    /// A header of the agent's request, in lower case, that may bring another key for that one call.
    public let overrideHeader: String?

    public enum Source: Hashable, Sendable {
      /// The name of an environment variable.
      case environment(String)
      /// The path of a file that holds the key and perhaps a last newline; relative to the working directory.
      case file(String)
      /// Requests are signed with AWS's keys (docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv.html).
      case aws(AWSKeys)
      /// Google's tokens, for the service account in that file; nil is the one the machine or its environment gives.
      case google(file: String?)
    }

    /// Where AWS's keys come from.
    public enum AWSKeys: Hashable, Sendable {
      /// The environment, a token file, the credentials file, the container, the instance: the first that is there.
      case usualPlaces
      /// A profile of a credentials file; nil is the usual one.
      case profile(String, file: String?)
      /// A role taken on with a token of the cluster's, which is exchanged at STS.
      case role(arn: String, tokenFile: String)
    }

    init(_ source: Source, form: KeyForm? = nil, overrideHeader: String? = nil) {
      self.source = source
      self.form = form
      self.overrideHeader = overrideHeader
    }

    /// How a key goes to `provider` in `dialect`.
    public func keyForm(in dialect: Dialect, of provider: Provider) -> KeyForm {
      form ?? provider.keyForm ?? KeyForm(usualIn: dialect)
    }

    /// How a key goes where no dialect is spoken.
    public var plainKeyForm: KeyForm { form ?? .bearer }
  }
}

extension Policy.Credential {
  static let noKeysHere = "keys are never written in a policy; write auth: {env: NAME} or auth: {file: PATH}"
  private static let kinds = ["env", "file", "aws", "google"]
  private static let known = kinds + ["headerName", "headerPrefix", "overrideHeader"]

  /// Nothing written under `auth` is ever quoted: people paste keys there.
  ///
  /// - Parameter provider: nil is not a provider at all, or one that was reported.
  init?(_ place: Place, for provider: Provider?, _ diagnostics: inout Diagnostics) {
    if case .string = place.node.value {
      place.report(Self.noKeysHere, &diagnostics)
      return nil
    }
    let noKeysHere = Fields.Answer(message: Self.noKeysHere, instead: ["env", "file"])
    let keys = ["key", "apiKey", "api_key", "token", "value", "secret", "password"]
    let answers = Dictionary(uniqueKeysWithValues: keys.map { ($0, noKeysHere) })
    guard let fields = Fields(place, known: Self.known, answers: answers, &diagnostics) else { return nil }
    let found = Self.kinds.filter { fields[$0] != nil }
    let form = Self.form(fields, &diagnostics)
    let overrideHeader = fields["overrideHeader"].flatMap { place in
      place.text(&diagnostics).flatMap { place.headerName($0, &diagnostics) }
    }
    if found.count > 1 {
      place.report("has both \(found[0]) and \(found[1]); keep one", &diagnostics)
      return nil
    }
    guard let kind = found.first, let written = fields[kind] else {
      if Self.kinds.allSatisfy(fields.lacks) {
        place.report("does not say where the key is; add env: NAME or file: PATH", &diagnostics)
      }
      return nil
    }
    guard let source = Self.source(kind, written, for: provider, &diagnostics) else { return nil }
    if kind == "aws" || kind == "google" {
      for name in ["headerName", "headerPrefix", "overrideHeader"] {
        fields[name]?.report("has no meaning beside \(kind), which says what is sent; remove it", &diagnostics)
      }
    }
    self.init(source, form: form, overrideHeader: overrideHeader)
  }

  private static func source(
    _ kind: String, _ place: Place, for provider: Provider?, _ diagnostics: inout Diagnostics
  ) -> Source? {
    switch kind {
    case "env": return variable(place, &diagnostics).map(Source.environment)
    case "file": return place.filePath(&diagnostics).map(Source.file)
    case "aws":
      guard
        isMeant(
          .aws, by: provider, place, "AWS's keys sign requests to \(Provider.names(taking: .aws)) alone", &diagnostics)
      else {
        return nil
      }
      return AWSKeys(place, &diagnostics).map(Source.aws)
    default:
      guard
        isMeant(
          .google, by: provider, place, "Google's tokens are for \(Provider.names(taking: .google)) alone", &diagnostics
        ),
        let fields = Fields(place, known: ["file"], &diagnostics)
      else { return nil }
      if fields["file"] == nil { return .google(file: nil) }
      return fields["file"]?.filePath(&diagnostics).map(Source.google(file:))
    }
  }

  private static func isMeant(
    _ kind: Provider.Auth, by provider: Provider?, _ place: Place, _ reason: String,
    _ diagnostics: inout Diagnostics
  ) -> Bool {
    if provider?.auth == kind { return true }
    place.report("cannot be sent here: \(reason); write env: NAME or file: PATH", &diagnostics)
    return false
  }

  private static func form(_ fields: Fields, _ diagnostics: inout Diagnostics) -> KeyForm? {
    let name = fields["headerName"].flatMap { place in
      place.text(&diagnostics).flatMap { place.headerName($0, &diagnostics) }
    }
    let prefix = fields["headerPrefix"].flatMap { Self.prefix($0, &diagnostics) }
    if name == nil, prefix == nil { return nil }
    let usual = KeyForm.bearer
    // Another header has another convention: no prefix unless one is asked for.
    let isUsual = name == nil || name == usual.headerName
    return KeyForm(
      headerName: name ?? usual.headerName, headerPrefix: prefix ?? (isUsual ? usual.headerPrefix : ""))
  }

  private static func variable(_ place: Place, _ diagnostics: inout Diagnostics) -> String? {
    guard let text = place.text(&diagnostics) else { return nil }
    let isName = text.utf8.first.map { !$0.isDigit } ?? false
    if isName, text.utf8.allSatisfy({ $0.isLetter || $0.isDigit || $0 == 95 }) { return text }
    place.report(
      "must be the name of an environment variable (letters, digits and _), not the key itself", &diagnostics)
    return nil
  }

  private static func prefix(_ place: Place, _ diagnostics: inout Diagnostics) -> String? {
    guard let text = place.text(&diagnostics) else { return nil }
    if text.utf8.count <= 64, text.utf8.allSatisfy({ (32..<127).contains($0) }) { return text }
    place.report("must be at most 64 printable ASCII characters, such as \"Bearer \" with its space", &diagnostics)
    return nil
  }
}

extension Policy.Credential.AWSKeys {
  /// `{}`, `{profile: NAME, file: PATH}` or `{role: ARN, tokenFile: PATH}`.
  init?(_ place: Place, _ diagnostics: inout Diagnostics) {
    let known = ["profile", "file", "role", "tokenFile"]
    guard let fields = Fields(place, known: known, &diagnostics) else { return nil }
    let names = known.filter { fields[$0] != nil }
    let file = fields["file"]?.filePath(&diagnostics)
    let tokenFile = fields["tokenFile"]?.filePath(&diagnostics)
    let profile = fields["profile"].flatMap { Self.name($0, &diagnostics) }
    let role = fields["role"].flatMap { Self.name($0, &diagnostics) }
    switch names {
    case []:
      // What was misspelt was reported; the rest would be another meaning.
      guard known.allSatisfy(fields.lacks) else { return nil }
      self = .usualPlaces
    case ["profile"], ["profile", "file"], ["file"]:
      if names.contains("profile"), profile == nil { return nil }
      if names.contains("file"), file == nil { return nil }
      self = .profile(profile ?? "default", file: file)
    case ["role", "tokenFile"]:
      guard let role, let tokenFile else { return nil }
      self = .role(arn: role, tokenFile: tokenFile)
    default:
      place.report(
        "must be {}, {profile: NAME, file: PATH} or {role: ARN, tokenFile: PATH}, and has "
          + names.joined(separator: ", "), &diagnostics)
      return nil
    }
  }

  private static func name(_ place: Place, _ diagnostics: inout Diagnostics) -> String? {
    guard let text = place.text(&diagnostics) else { return nil }
    if (1...2048).contains(text.utf8.count), text.utf8.allSatisfy({ (33..<127).contains($0) && $0 != 91 && $0 != 93 }) {
      return text
    }
    place.report("must be printable ASCII characters without spaces and brackets", &diagnostics)
    return nil
  }
}
