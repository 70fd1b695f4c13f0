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

extension Credential.Source {
  init(_ source: Policy.Credential.Source, of backend: Policy.Backend) {
    switch source {
    case .environment(let name): self = .key(.environment(name))
    case .file(let path): self = .key(.file(path))
    case .google(let file): self = .google(file: file)
    case .aws(let keys):
      let home: Credential.AWSKeysHome =
        switch keys {
        case .usualPlaces: .usualPlaces
        case .profile(let name, let file): .profile(name, file: file)
        case .role(let arn, let tokenFile): .role(arn: arn, tokenFile: tokenFile)
        }
      self = .aws(home, region: backend.region ?? "")
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
