// ManifestFault: why a manifest cannot be read or changed, and where.

struct ManifestFault: Error, Hashable {
  let message: String
  /// Counted from 1; nil where lines are not known.
  let line: Int?
  /// Which document of its file, counted from 1; nil where the file is at fault.
  var document: Int?
  /// The manifest can be read, but is not one that may be changed like this.
  var isRefusal = false

  init(_ message: String, line: Int? = nil, document: Int? = nil) {
    self.message = message
    self.line = line
    self.document = document
  }

  static func refusal(_ message: String, line: Int? = nil) -> Self {
    var fault = Self(message, line: line)
    fault.isRefusal = true
    return fault
  }

  /// `agent.yaml: document 2, line 17: ...`
  func description(of file: String) -> String {
    let places = [document.map { "document \($0)" }, line.map { "line \($0)" }].compactMap(\.self)
    return ([file] + (places.isEmpty ? [] : [places.joined(separator: ", ")]) + [message]).joined(separator: ": ")
      .visible
  }
}
