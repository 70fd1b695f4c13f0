// Serving+Policy: the policy's words in the words of the stages.

import Admission
import Exchange
import HTTP
import Identity
import Listener
import Policy
import Upstream

extension Policy.Credential {
  /// How the key is sent in each dialect: as the policy says, else as the provider's own endpoints want it.
  func forms(of provider: Policy.Provider) -> [Secret.Form] {
    let written = Secret.Form(headerName: headerName, headerPrefix: headerPrefix)
    guard written == Secret.Form(headerName: "authorization", headerPrefix: "Bearer "),
      let name = provider.nativeKeyHeader
    else { return [written, written] }
    return [written, Secret.Form(headerName: name, headerPrefix: "")]
  }
}

extension Secret.Source {
  init(_ source: Policy.Credential.Source) {
    self =
      switch source {
      case .environment(let name): .environment(name)
      case .file(let path): .file(path)
      }
  }
}

extension Trust.Headers {
  init(_ identity: Policy.Identity) {
    self.init(user: identity.userHeader, team: identity.teamHeader, tenant: identity.tenantHeader)
  }
}

extension ConnectionLimits {
  init(_ limits: Policy.Limits) {
    self.init()
    http.headBytesMax = limits.headBytesMax
    http.bodyBytesMax = limits.bodyBytesMax
    headTimeoutMs = limits.headTimeoutMs
    idleTimeoutMs = limits.idleTimeoutMs
  }
}
