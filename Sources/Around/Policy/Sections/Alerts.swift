// Alerts: who is told when a budget nears its end, besides those who watch.

extension Policy {
  /// The section `alerts`.
  public struct Alerts: Hashable, Sendable {
    public var webhook: Webhook?

    public init() {}
  }

  /// Gets each alert as a JSON document by POST.
  public struct Webhook: Hashable, Sendable {
    public let url: BaseURL
    /// nil sends no credential.
    public let credential: Credential?
  }
}

extension Policy.Alerts {
  init(_ place: Place, _ diagnostics: inout Diagnostics) {
    self.init()
    guard let fields = Fields(place, known: ["webhook"], &diagnostics) else { return }
    webhook = fields["webhook"].flatMap { Policy.Webhook($0, &diagnostics) }
  }
}

extension Policy.Webhook {
  init?(_ place: Place, _ diagnostics: inout Diagnostics) {
    guard let fields = Fields(place, known: ["url", "auth"], &diagnostics) else { return nil }
    let url = fields.required("url", "write where alerts are sent", &diagnostics).flatMap {
      Policy.BaseURL($0, &diagnostics)
    }
    let credential = fields["auth"].flatMap { Policy.Credential($0, for: nil, &diagnostics) }
    guard let url else { return nil }
    self.init(url: url, credential: credential)
  }
}
