import Reactor
import Testing

@testable import Control

@Suite struct ControlAccessTests {
  static let access = ControlAccess(
    admins: .init(users: [UserID(1000)], groups: [GroupID(27)]),
    sidecars: .init(users: [UserID(65_532)], groups: [GroupID(900)]))

  static func caller(_ user: UInt32, groups: [UInt32] = [100]) -> PeerCredentials {
    PeerCredentials(processID: 1, user: UserID(user), groups: groups.map { GroupID($0) })
  }

  static let forSidecars = [
    "io.aigw.Control.Subscribe", "io.aigw.Control.Acknowledge", "io.aigw.Control.Lease", "io.aigw.Control.Report",
    "io.aigw.Control.GetPolicy", "io.aigw.Control.GetStatus", "org.varlink.service.GetInfo",
    "org.varlink.service.GetInterfaceDescription",
  ]

  @Test func anAdminMayCallEverything() {
    let methods = InterfaceDefinition.control.methods.keys.map { "io.aigw.Control.\($0)" } + Self.forSidecars
    let admins = [
      Self.caller(0), Self.caller(1000), Self.caller(5, groups: [100, 27]), Self.caller(UserID.current.number),
    ]
    for method in methods {
      for admin in admins { #expect(Self.access.refusal(of: method, by: admin) == nil, "\(method)") }
    }
  }

  @Test func aSidecarMayDoItsWorkAndNothingElse() {
    for sidecar in [Self.caller(65_532), Self.caller(5, groups: [100, 900])] {
      let allowed = InterfaceDefinition.control.methods.keys.map { "io.aigw.Control.\($0)" }
        .filter { Self.access.refusal(of: $0, by: sidecar) == nil }
      #expect(Set(allowed) == Set(Self.forSidecars.filter { $0.hasPrefix("io.aigw") }))
      #expect(Self.access.refusal(of: "org.varlink.service.GetInfo", by: sidecar) == nil)
    }
  }

  @Test func aStrangerMayDoNothingAndIsToldWhatItLacks() {
    let stranger = Self.caller(5)
    #expect(
      Self.access.refusal(of: "io.aigw.Control.SetBudget", by: stranger)
        == .permissionDenied(method: "io.aigw.Control.SetBudget", uid: 5, needs: "admin"))
    for method in Self.forSidecars {
      #expect(
        Self.access.refusal(of: method, by: stranger) == .permissionDenied(method: method, uid: 5, needs: "sidecar"))
    }
  }

  @Test func aUserNumberIsNoGroupNumber() {
    #expect(Self.access.refusal(of: "io.aigw.Control.SetBudget", by: Self.caller(27, groups: [1000])) != nil)
  }
}
