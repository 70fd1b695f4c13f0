// Words: the kinds of text that stand in a policy: names, header names, paths of files.

extension Place {
  /// A name the user gives to a backend, a budget or a plan. It is shown in headers, metrics, logs and the ledger.
  func identifier(bytesMax: Int = 64, _ diagnostics: inout Diagnostics) -> String? {
    guard let text = text(&diagnostics) else { return nil }
    let isFirst = text.utf8.first.map { $0.isLetter || $0.isDigit } ?? false
    let isRest = text.utf8.allSatisfy { $0.isLetter || $0.isDigit || $0 == 45 || $0 == 46 || $0 == 95 }
    if isFirst, isRest, text.utf8.count <= bytesMax { return text }
    report(
      "must be a name of 1 to \(bytesMax) letters, digits, -, _ and ., starting with a letter or digit", &diagnostics)
    return nil
  }

  /// The name of a model, which may hold `/` and `:`. It travels in headers.
  func modelName(_ diagnostics: inout Diagnostics) -> String? {
    guard let text = text(&diagnostics) else { return nil }
    if (1...256).contains(text.utf8.count), text.utf8.allSatisfy({ (33..<127).contains($0) }) { return text }
    report("must be a model's name of 1 to 256 printable ASCII characters without spaces", &diagnostics)
    return nil
  }

  private static let tokenMarks = Array("!#$%&'*+-.^_`|~".utf8)
  private static let secretHeaders: Set<String> = [
    "authorization", "proxy-authorization", "x-api-key", "api-key", "x-goog-api-key", "cookie",
  ]

  /// `text`, a part of this value, as a header's name in lower case (RFC 9110 5.1 and 5.6.2).
  func headerName(_ text: some StringProtocol, _ diagnostics: inout Diagnostics) -> String? {
    let isToken = text.utf8.allSatisfy { $0.isLetter || $0.isDigit || Self.tokenMarks.contains($0) }
    if isToken, (1...128).contains(text.utf8.count) { return text.lowercased() }
    report("must name a header in letters, digits and -, such as x-user-id", &diagnostics)
    return nil
  }

  /// The same for a header whose value is shown to people. Those that hold credentials would end up in the ledger.
  func openHeaderName(_ text: some StringProtocol, _ diagnostics: inout Diagnostics) -> String? {
    guard let name = headerName(text, &diagnostics) else { return nil }
    if !Self.secretHeaders.contains(name) { return name }
    report("is a header that holds a credential, which must not be written to the ledger; use another", &diagnostics)
    return nil
  }

  func filePath(_ diagnostics: inout Diagnostics) -> String? {
    guard let text = text(&diagnostics) else { return nil }
    if text.hasPrefix("~") {
      report("starts with ~, which only a shell replaces; write the whole path", &diagnostics)
    } else if text.isEmpty || text.utf8.count > 4095 || text.utf8.contains(where: { $0 < 32 || $0 == 127 }) {
      report("must be the path of a file", &diagnostics)
    } else {
      return text
    }
    return nil
  }

  /// The text of a key, which is text whatever it spells.
  var spelled: String {
    guard case .string(let text) = node.value else { preconditionFailure("not a key: \(node)") }
    return text
  }
}
