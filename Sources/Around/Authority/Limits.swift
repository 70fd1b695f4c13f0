// Limits: every bound of the authority, in one place.

enum Limits {
  /// Paths that a change lists.
  static let changedPathsMax = 1_000
  /// A policy, in a file or as a message of the control socket.
  static let policyBytesMax = 8 << 20
  /// Policy files of one folder.
  static let policyFilesMax = 1_000
}
