// Policy+Load: from the bytes of a document to a policy, or to everything that is wrong with it.

import Exchange

extension Policy {
  /// Reads a policy in YAML, or in JSON when it starts with `{`.
  ///
  /// Two sections may be left out: without `models` every model goes to the first backend under its own name; without
  /// `budgets` nothing is limited.
  ///
  /// - Parameter file: its name as the user gave it, for the diagnostics.
  /// - Throws: every fault found; only bytes that are no document at all end with the first.
  public static func load(bytes: Span<UInt8>, file: String) throws(PolicyError) -> Policy {
    try PolicyDocument(bytes: bytes, file: file).policy()
  }

  /// The same for JSON that no person has written, such as a patched document: its diagnostics have a path and no
  /// position. Throws every fault found.
  ///
  /// - Parameter origin: what stands in a diagnostic in place of the file's name.
  public static func load(json: Span<UInt8>, origin: String) throws(PolicyError) -> Policy {
    do {
      return try load(bytes: json, file: origin)
    } catch {
      throw PolicyError(
        error.diagnostics.map {
          Diagnostic(file: $0.file, position: nil, path: $0.path, message: $0.message)
        })
    }
  }
}
