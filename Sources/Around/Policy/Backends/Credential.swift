// Credential: where a backend's key is kept and which header carries it; never the key.

extension Policy {
  /// `auth` of a backend.
  public struct Credential: Hashable, Sendable {
    public let source: Source
    /// Lower case.
    public let headerName: String
    /// What stands before the key, its space included: `Bearer `.
    public let headerPrefix: String

    public enum Source: Hashable, Sendable {
      /// The name of an environment variable.
      case environment(String)
      /// The path of a file that holds the key and perhaps a last newline; relative to the working directory.
      case file(String)
    }

    /// A credential in the header every OpenAI-compatible endpoint reads (RFC 6750 2.1).
    init(_ source: Source, headerName: String = "authorization", headerPrefix: String = "Bearer ") {
      self.source = source
      self.headerName = headerName
      self.headerPrefix = headerPrefix
    }
  }
}

extension Policy.Credential {
  static let noKeysHere = "keys are never written in a policy; write auth: {env: NAME} or auth: {file: PATH}"

  /// Nothing written under `auth` is ever quoted: people paste keys there.
  init?(_ place: Place, _ diagnostics: inout Diagnostics) {
    if case .string = place.node.value {
      place.report(Self.noKeysHere, &diagnostics)
      return nil
    }
    let known = ["env", "file", "headerName", "headerPrefix"]
    let noKeysHere = Fields.Answer(message: Self.noKeysHere, instead: ["env", "file"])
    let keys = ["key", "apiKey", "api_key", "token", "value", "secret", "password"]
    let answers = Dictionary(uniqueKeysWithValues: keys.map { ($0, noKeysHere) })
    guard let fields = Fields(place, known: known, answers: answers, &diagnostics) else { return nil }
    let variable = fields["env"].flatMap { Self.variable($0, &diagnostics) }
    let file = fields["file"]?.filePath(&diagnostics)
    let headerName = fields["headerName"].flatMap { place in
      place.text(&diagnostics).flatMap { place.headerName($0, &diagnostics) }
    }
    let headerPrefix = fields["headerPrefix"].flatMap { Self.prefix($0, &diagnostics) }
    let source: Source
    switch (fields["env"] != nil, fields["file"] != nil) {
    case (true, false):
      guard let variable else { return nil }
      source = .environment(variable)
    case (false, true):
      guard let file else { return nil }
      source = .file(file)
    case (true, true):
      place.report("has both env and file; keep one", &diagnostics)
      return nil
    case (false, false):
      if fields.lacks("env"), fields.lacks("file") {
        place.report("does not say where the key is; add env: NAME or file: PATH", &diagnostics)
      }
      return nil
    }
    // Another header has another convention: no prefix unless one is asked for.
    let isUsual = headerName == nil || headerName == "authorization"
    self.init(
      source, headerName: headerName ?? "authorization", headerPrefix: headerPrefix ?? (isUsual ? "Bearer " : ""))
  }

  private static func variable(_ place: Place, _ diagnostics: inout Diagnostics) -> String? {
    guard let text = place.text(&diagnostics) else { return nil }
    let isName = text.utf8.first.map { !$0.isDigit } ?? false
    if isName, text.utf8.allSatisfy({ $0.isLetter || $0.isDigit || $0 == 95 }) { return text }
    place.report(
      "must be the name of an environment variable (letters, digits and _), not the key itself", &diagnostics)
    return nil
  }

  private static func prefix(_ place: Place, _ diagnostics: inout Diagnostics) -> String? {
    guard let text = place.text(&diagnostics) else { return nil }
    if text.utf8.count <= 64, text.utf8.allSatisfy({ (32..<127).contains($0) }) { return text }
    place.report("must be at most 64 printable ASCII characters, such as \"Bearer \" with its space", &diagnostics)
    return nil
  }
}
