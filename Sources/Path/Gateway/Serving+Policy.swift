// Serving+Policy: the policy's words in the words of the stages.

import Admission
import Exchange
import HTTP
import Identity
import Listener
import Policy
import Upstream

extension Policy.Credential {
  /// How the key is sent, dialect by dialect.
  func forms(of provider: Policy.Provider) -> [Secret.Form] {
    Dialect.allCases.map { dialect in
      let form = keyForm(in: dialect, of: provider)
      return Secret.Form(headerName: form.headerName, headerPrefix: form.headerPrefix)
    }
  }
}

extension Secret.Source {
  /// nil for what is more than a key.
  init?(_ source: Policy.Credential.Source) {
    switch source {
    case .environment(let name): self = .environment(name)
    case .file(let path): self = .file(path)
    case .aws, .google: return nil
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
