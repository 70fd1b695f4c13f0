// Dialect+SecretForm: which form of a backend's key goes with which language.

import Exchange

extension Dialect {
  /// Which of a secret's header lines carries the key (`Policy.Credential.forms`).
  var secretForm: Int { Self.allCases.firstIndex(of: self)! }
}
