// Identity: which headers of a request are believed about who pays.

import Exchange

extension Policy {
  /// The section `identity`. Header names in lower case; nil where nothing is believed.
  public struct Identity: Hashable, Sendable {
    public var userHeader: String? = "x-user-id"
    public var teamHeader: String? = "x-team-id"
    public var tenantHeader: String? = "x-tenant-id"

    public init() {}
  }
}

extension Policy.Identity {
  private static let parts = ["user", "team", "tenant"]

  /// `{headers: {user: x-user-id}}`: only what is written is believed then.
  init(_ place: Place, _ diagnostics: inout Diagnostics) {
    self.init()
    guard let fields = Fields(place, known: ["headers"], &diagnostics), let headers = fields["headers"],
      let parts = Fields(headers, known: Self.parts, &diagnostics)
    else { return }
    func header(_ part: String, _ diagnostics: inout Diagnostics) -> String? {
      parts[part].flatMap { place in
        place.text(&diagnostics).flatMap { place.openHeaderName($0, &diagnostics) }
      }
    }
    userHeader = header("user", &diagnostics)
    teamHeader = header("team", &diagnostics)
    tenantHeader = header("tenant", &diagnostics)
  }
}
