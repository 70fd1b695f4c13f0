// Backend: one configured way to reach a provider.

import Exchange

extension Policy {
  /// An entry of `backends`: whose endpoint, where, with which credential, and how long to wait for it.
  public struct Backend: Hashable, Sendable {
    public let name: BackendName
    public let provider: Provider
    public let baseURL: BaseURL
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
  private static let fields = ["provider", "baseURL", "auth", "tls", "timeouts", "drained"]

  private static let answers: [String: Fields.Answer] = {
    let noKeysHere = Fields.Answer(message: Policy.Credential.noKeysHere, instead: ["auth"])
    return ["apiKey": noKeysHere, "api_key": noKeysHere, "key": noKeysHere]
  }()

  init?(_ place: Place, named key: Place, _ diagnostics: inout Diagnostics) {
    let name = key.identifier(&diagnostics)
    guard let fields = Fields(place, known: Self.fields, answers: Self.answers, &diagnostics) else { return nil }
    let advice = "write one of \(Policy.Provider.all.map(\.name).joined(separator: ", "))"
    let provider = fields.required("provider", advice, &diagnostics).flatMap { Policy.Provider($0, &diagnostics) }
    let written = fields["baseURL"].flatMap { Policy.BaseURL($0, &diagnostics) }
    let credential = fields["auth"].flatMap { Policy.Credential($0, &diagnostics) }
    let caFile = fields["tls"].flatMap { Self.caFile($0, isHTTPS: written?.isHTTPS ?? true, &diagnostics) }
    let timeouts = fields["timeouts"].map { Policy.Timeouts($0, &diagnostics) } ?? Policy.Timeouts()
    let isDrained = fields["drained"]?.flag(&diagnostics) ?? false
    guard let name, let provider else { return nil }
    if fields.lacks("auth"), fields.lacks("baseURL") {
      place.report("has no credential for \(provider.name); add auth: {env: \(provider.keyVariables[0])}", &diagnostics)
    }
    self.init(
      name: BackendName(name), provider: provider, baseURL: written ?? provider.baseURL, credential: credential,
      caFile: caFile, timeouts: timeouts, isDrained: isDrained)
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
