// PolicyCheck: a document of the control protocol, read as strictly as a file.

import Policy

extension Policy {
  /// The policy that JSON text spells. Throws every fault at once; they name paths, for there is no file to point into.
  public static func read(_ text: [UInt8]) throws(PolicyError) -> Policy {
    try PolicyDocument(bytes: text.span, file: "policy").policy()
  }
}

extension Diagnostic {
  /// Path and message, where the file says nothing to the reader.
  var text: String { path.isEmpty ? message : "\(path): \(message)" }
}
