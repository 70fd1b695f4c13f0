// Trust: what is believed about who pays, the same for all calls under one policy.

/// The headers whose word is taken, and the pod that pays where nobody else does. A class, so that a call takes it along
/// for one reference.
public final class Trust: Sendable {
  /// Names of headers in lower case; nil where none is believed.
  public struct Headers: Hashable, Sendable {
    public var user: String?
    public var team: String?
    public var tenant: String?

    public init(user: String? = "x-user-id", team: String? = "x-team-id", tenant: String? = "x-tenant-id") {
      self.user = user
      self.team = team
      self.tenant = tenant
    }
  }

  public let headers: Headers
  public let pod: PodIdentity

  public init(_ headers: Headers = Headers(), pod: PodIdentity = PodIdentity([:])) {
    self.headers = headers
    self.pod = pod
  }
}
