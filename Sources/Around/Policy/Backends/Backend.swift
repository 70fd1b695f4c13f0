// Backend: one configured way to reach a provider.

import Exchange
import Providers

extension Policy {
  /// An entry of `backends`: whose endpoint, where, with which credential, and how long to wait for it.
  public struct Backend: Hashable, Sendable {
    public let name: BackendName
    public let provider: Provider
    public let baseURL: BaseURL
    /// What is spoken at that address, the first of which a call in another dialect is translated to; never empty.
    public let dialects: [Dialect]
    /// What comes before `/chat/completions` where a copy of OpenAI's dialect is spoken too; nil where none is.
    public let openAIBasePath: String?
    /// Azure's dated API: `/deployments/MODEL/chat/completions?api-version=VERSION` below the base URL. nil has the model
    /// in the body, as OpenAI does.
    public let apiVersion: String?
    /// The AWS region that signatures are for; set where the credential signs.
    public let region: String?
    /// nil sends no credential: a model server of one's own.
    public let credential: Credential?
    /// PEM certificates to trust instead of the system's; relative to the working directory.
    public let caFile: String?
    public let timeouts: Timeouts
    /// Gets no new calls; those on their way finish.
    public let isDrained: Bool
  }

  /// How long an attempt may wait before it counts as the failover trigger `timeout`. All in milliseconds.
  public struct Timeouts: Hashable, Sendable {
    /// For the name, the connection and the TLS handshake together.
    public var connectMs: Int64 = 5_000
    /// From the end of the request to the first byte of the reply.
    public var firstByteMs: Int64 = 60_000
    /// Between two bytes of the reply.
    public var idleMs: Int64 = 60_000
  }
}

extension Policy.Backend {
  private static let fields = ["provider"] + Address.fields + ["dialects", "auth", "tls", "timeouts", "drained"]

  private static let answers: [String: Fields.Answer] = {
    let noKeysHere = Fields.Answer(message: Policy.Credential.noKeysHere, instead: ["auth"])
    return ["apiKey": noKeysHere, "api_key": noKeysHere, "key": noKeysHere]
  }()

  init?(_ place: Place, named key: Place, _ diagnostics: inout Diagnostics) {
    let name = key.identifier(&diagnostics)
    guard let fields = Fields(place, known: Self.fields, answers: Self.answers, &diagnostics) else { return nil }
    let advice = "write one of \(Provider.all.map(\.name).joined(separator: ", "))"
    let provider = fields.required("provider", advice, &diagnostics).flatMap { Provider($0, &diagnostics) }
    let address = provider.map { Address(fields, of: $0, &diagnostics) }
    // Every fault is told at once, also beside an unknown provider.
    if provider == nil { _ = fields["baseURL"].flatMap { Policy.BaseURL($0, &diagnostics) } }
    let credential = fields["auth"].flatMap { Policy.Credential($0, for: provider, &diagnostics) }
    let caFile = fields["tls"].flatMap { Self.caFile($0, isHTTPS: address?.baseURL?.isHTTPS ?? true, &diagnostics) }
    let timeouts = fields["timeouts"].map { Policy.Timeouts($0, &diagnostics) } ?? Policy.Timeouts()
    let isDrained = fields["drained"]?.flag(&diagnostics) ?? false
    let dialects = fields["dialects"].flatMap { Self.dialects($0, &diagnostics) }
    guard let name, let provider else { return nil }
    if fields.lacks("auth"), fields.lacks("baseURL"), let advice = provider.credentialAdvice {
      place.report("has no credential for \(provider.name); add \(advice)", &diagnostics)
    }
    guard let baseURL = address?.baseURL else { return nil }
    self.init(
      name: BackendName(name), provider: provider, baseURL: baseURL, dialects: dialects,
      apiVersion: address?.apiVersion, region: address?.region, credential: credential, caFile: caFile,
      timeouts: timeouts, isDrained: isDrained)
  }

  /// - Parameter dialects: nil is what the provider is known to speak.
  init(
    name: BackendName, provider: Provider, baseURL: Policy.BaseURL, dialects: [Dialect]? = nil,
    apiVersion: String? = nil, region: String? = nil, credential: Policy.Credential?, caFile: String? = nil,
    timeouts: Policy.Timeouts = .init(), isDrained: Bool = false
  ) {
    self.name = name
    self.provider = provider
    self.baseURL = baseURL
    self.apiVersion = apiVersion
    self.region = region
    self.credential = credential
    self.caFile = caFile
    self.timeouts = timeouts
    self.isDrained = isDrained
    // The copies of OpenAI's API that others offer, Google's first of all, have such addresses and speak nothing else.
    let isCopy = baseURL.path.hasSuffix("/openai") && apiVersion == nil
    self.dialects = dialects ?? (isCopy ? [.openAI] : provider.dialects)
    if self.dialects.contains(.openAI) {
      openAIBasePath = baseURL.path
    } else {
      openAIBasePath = dialects == nil ? provider.openAIPath.map { baseURL.path + $0 } : nil
    }
  }

  private static func dialects(_ place: Place, _ diagnostics: inout Diagnostics) -> [Dialect]? {
    guard let elements = place.elements(&diagnostics) else { return nil }
    if elements.isEmpty { place.report("is empty; name what the server speaks, as in [openAI]", &diagnostics) }
    var dialects: [Dialect] = []
    for element in elements {
      guard let dialect = element.word(of: Dialect.self, &diagnostics) else { continue }
      if dialects.contains(dialect) {
        element.report("is written twice", &diagnostics)
      } else {
        dialects.append(dialect)
      }
    }
    return dialects.isEmpty ? nil : dialects
  }

  private static func caFile(_ place: Place, isHTTPS: Bool, _ diagnostics: inout Diagnostics) -> String? {
    guard let fields = Fields(place, known: ["caFile"], &diagnostics) else { return nil }
    if !isHTTPS { place.report("has no meaning for an http:// address; remove it or write https://", &diagnostics) }
    return fields.required("caFile", "name a file of PEM certificates, or remove tls", &diagnostics)?.filePath(
      &diagnostics)
  }
}

extension Policy.Timeouts {
  init(_ place: Place, _ diagnostics: inout Diagnostics) {
    guard let fields = Fields(place, known: ["connect", "firstByte", "idle"], &diagnostics) else { return }
    if let value = fields["connect"]?.milliseconds(&diagnostics) { connectMs = value }
    if let value = fields["firstByte"]?.milliseconds(&diagnostics) { firstByteMs = value }
    if let value = fields["idle"]?.milliseconds(&diagnostics) { idleMs = value }
  }
}
