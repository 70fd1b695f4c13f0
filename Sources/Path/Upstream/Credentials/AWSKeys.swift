// AWSKeys: the pair of keys that requests to AWS are signed with, and what comes with it.

/// Nothing of it is ever printed but the identifier, which AWS's own logs show too.
public struct AWSKeys: Hashable, Sendable, CustomStringConvertible {
  public let accessKeyID: String
  let secretAccessKey: String
  /// What makes keys of a role valid for a while; nil for those of a user.
  let sessionToken: String?

  public init(accessKeyID: String, secretAccessKey: String, sessionToken: String? = nil) {
    self.accessKeyID = accessKeyID
    self.secretAccessKey = secretAccessKey
    self.sessionToken = sessionToken
  }

  public var description: String { "the keys of \(accessKeyID)" }

  /// Every part is printable ASCII: what goes into a header line can neither end it nor be refused.
  var isPrintable: Bool {
    [accessKeyID, secretAccessKey, sessionToken ?? "-"].allSatisfy { part in
      !part.isEmpty && part.utf8.allSatisfy { (0x21...0x7e).contains($0) }
    }
  }
}
