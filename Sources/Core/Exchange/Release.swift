// Release: which version of aigw this is.

/// One number for all programs: they are built and shipped together.
public enum Release {
  public static let version = "0.3.0"

  /// What `program` answers to --version.
  public static func line(of program: String) -> String { "\(program) \(version)" }
}
