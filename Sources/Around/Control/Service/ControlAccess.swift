// ControlAccess: who may call what, decided from the kernel's word about the caller.

import Reactor

/// Admins may call everything. Sidecars may read the policy, lease, and report. Everybody else is refused, however they
/// came to open the socket.
public struct ControlAccess: Hashable, Sendable {
  /// Users and groups; a caller belongs to it by its user, or by any of its groups.
  public struct Members: Hashable, Sendable {
    public var users: Set<UserID>
    public var groups: Set<GroupID>

    public init(users: Set<UserID> = [], groups: Set<GroupID> = []) {
      self.users = users
      self.groups = groups
    }

    func contains(_ caller: PeerCredentials) -> Bool {
      users.contains(caller.user) || !groups.isDisjoint(with: caller.groups)
    }
  }

  /// What a caller has to be; an admin is everything.
  enum Role: String {
    case sidecar
    case admin
  }

  public var admins: Members
  public var sidecars: Members

  /// Root and the user this process runs as are admins whatever the lists say: they could as well replace the program.
  public init(admins: Members = Members(), sidecars: Members = Members()) {
    self.admins = admins
    self.admins.users.formUnion([UserID(0), .current])
    self.sidecars = sidecars
  }

  /// Why `caller` may not call `method`, fully qualified; nil when it may.
  public func refusal(of method: String, by caller: PeerCredentials) -> ControlError? {
    let needed = Self.role(for: method)
    if admins.contains(caller) || (needed == .sidecar && sidecars.contains(caller)) { return nil }
    return .permissionDenied(method: method, uid: caller.user.number, needs: needed.rawValue)
  }

  private static func role(for method: String) -> Role {
    if method.hasPrefix("org.varlink.service.") { return .sidecar }
    return switch method {
    case "io.aigw.Control.Subscribe", "io.aigw.Control.Acknowledge", "io.aigw.Control.Lease",
      "io.aigw.Control.Report", "io.aigw.Control.GetPolicy", "io.aigw.Control.GetStatus":
      .sidecar
    default: .admin
    }
  }
}
