// ManifestNode+JSON: manifests read from and written as JSON.

import JSON

extension ManifestNode {
  init(_ json: JSONValue) {
    if let members = json.members {
      value = .mapping(members.map { Member(name: $0.name, style: .doubleQuoted, value: ManifestNode($0.value)) })
    } else if let elements = json.elements {
      value = .sequence(elements.map { ManifestNode($0) })
    } else if let text = json.string {
      value = .scalar(text, .doubleQuoted)
    } else if let integer = json.integer {
      value = .scalar(String(integer), .plain)
    } else if let real = json.double {
      // The shortest digits that read back as the same number.
      value = .scalar("\(real)", .plain)
    } else {
      value = .scalar(json.bool.map { String($0) } ?? "null", .plain)
    }
  }

  /// As kubectl indents it; ends with a line end.
  var json: String {
    var text = ""
    appendJSON(to: &text, indent: "")
    return text + "\n"
  }

  private func appendJSON(to text: inout String, indent: String) {
    let inner = indent + "    "
    switch value {
    case .scalar(let spelled, .plain): text += spelled
    case .scalar(let string, _): text += IndentedJSON.scalar(.string(string))
    case .sequence(let elements):
      if elements.isEmpty { return text += "[]" }
      text += "["
      for (index, element) in elements.enumerated() {
        text += (index == 0 ? "\n" : ",\n") + inner
        element.appendJSON(to: &text, indent: inner)
      }
      text += "\n\(indent)]"
    case .mapping(let members):
      if members.isEmpty { return text += "{}" }
      text += "{"
      for (index, member) in members.enumerated() {
        text += (index == 0 ? "\n" : ",\n") + inner + IndentedJSON.scalar(.string(member.name)) + ": "
        member.value.appendJSON(to: &text, indent: inner)
      }
      text += "\n\(indent)}"
    }
  }
}
