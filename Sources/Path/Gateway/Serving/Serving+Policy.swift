// Serving+Policy: the policy's words in the words of the stages.

import Admission
import Exchange
import HTTP
import Identity
import Listener
import Policy
import Providers
import Upstream

extension Policy.Credential {
  /// How the key is sent, dialect by dialect.
  func forms(of provider: Provider) -> [KeyForm] { Dialect.allCases.map { keyForm(in: $0, of: provider) } }
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
      guard case .awsRegion(_, let service) = backend.provider.endpoint else {
        preconditionFailure("AWS's keys sign for AWS")
      }
      self = .aws(home, region: backend.region ?? "", service: service)
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
