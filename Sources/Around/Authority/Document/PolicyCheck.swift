// PolicyCheck: a document of the control protocol, read as strictly as a file.

import JSON
import Policy

extension Policy {
  /// The policy a document spells. Throws every fault at once; they name paths, for there is no file to point into.
  static func read(_ document: JSONValue) throws(PolicyError) -> Policy {
    try PolicyDocument(bytes: document.bytes.span, file: "policy").policy()
  }
}

extension Diagnostic {
  /// Path and message, where the file says nothing to the reader.
  var text: String { path.isEmpty ? message : "\(path): \(message)" }
}
