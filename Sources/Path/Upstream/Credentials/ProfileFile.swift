// ProfileFile: AWS's credentials file (docs.aws.amazon.com/sdkref/latest/guide/file-format.html).

enum ProfileFile {
  /// The keys of a profile; throws a sentence naming file and profile, never a key.
  static func keys(of profile: String, in text: String, at path: String) throws(TokenFault) -> AWSKeys {
    guard let values = section(profile, in: text) else { throw TokenFault("\(path) has no profile \(profile)") }
    guard let identifier = values["aws_access_key_id"], let secret = values["aws_secret_access_key"] else {
      let isDerived = values.keys.contains { $0.hasPrefix("sso_") || $0 == "role_arn" || $0 == "credential_process" }
      throw TokenFault(
        isDerived
          ? "profile \(profile) of \(path) is made of another credential, which is not supported: name keys, or a role"
          : "profile \(profile) of \(path) lacks aws_access_key_id or aws_secret_access_key")
    }
    let keys = AWSKeys(
      accessKeyID: identifier, secretAccessKey: secret, sessionToken: values["aws_session_token"])
    guard keys.isPrintable else {
      throw TokenFault("profile \(profile) of \(path) holds a character that cannot be part of a key")
    }
    return keys
  }

  /// The lines below `[name]`, or `[profile name]` as the config file has it. Of names written twice the last counts.
  private static func section(_ name: String, in text: String) -> [String: String]? {
    var values: [String: String]?
    var isInside = false
    for line in text.split(whereSeparator: \.isNewline) {
      let line = trimmed(line)
      if line.isEmpty || line.hasPrefix("#") || line.hasPrefix(";") { continue }
      if line.hasPrefix("["), let close = line.firstIndex(of: "]") {
        let title = trimmed(line[line.index(after: line.startIndex)..<close])
        let words = title.split(whereSeparator: \.isWhitespace)
        isInside = title == name || (words.count == 2 && words[0] == "profile" && words[1] == name)
        if isInside, values == nil { values = [:] }
      } else if isInside, let equals = line.firstIndex(of: "=") {
        values?[trimmed(line[..<equals]).lowercased()] = String(trimmed(line[line.index(after: equals)...]))
      }
    }
    return values?.filter { !$0.value.isEmpty }
  }

  private static func trimmed(_ text: Substring) -> Substring {
    let start = text.drop(while: \.isWhitespace)
    guard let last = start.lastIndex(where: { !$0.isWhitespace }) else { return start.prefix(0) }
    return start[...last]
  }
}
