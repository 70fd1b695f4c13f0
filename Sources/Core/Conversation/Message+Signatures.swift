// Message+Signatures: where a signed call of a tool keeps its signature in a dialect that has no place for one.

extension Part {
  /// The thinking part that carries the signature of the call after it.
  public static func carrier(of signature: Signature) -> Part { Part(.thinking(Thinking("", signature: signature))) }

  /// The signature, where this is such a part: thinking without a text that Gemini signed.
  var carried: Signature? {
    guard case .thinking(let thinking) = content, thinking.text.isEmpty, !thinking.isRedacted,
      let signature = thinking.signature, signature.origin == .gemini
    else { return nil }
    return signature
  }
}

extension [Part] {
  /// With every signed call preceded by a part that carries its signature.
  public var carryingSignatures: [Part] {
    flatMap { part in
      guard case .toolUse(var use) = part.content, let signature = use.signature else { return [part] }
      use.signature = nil
      var unsigned = part
      unsigned.content = .toolUse(use)
      return [.carrier(of: signature), unsigned]
    }
  }

  /// The way back.
  public var takingSignatures: [Part] {
    var parts: [Part] = []
    var carried: Signature?
    for part in self {
      if let signature = part.carried {
        carried = signature
        continue
      }
      if let signature = carried, case .toolUse(var use) = part.content {
        use.signature = signature
        parts.append(Part(.toolUse(use), cache: part.cache))
      } else {
        if let signature = carried { parts.append(.carrier(of: signature)) }
        parts.append(part)
      }
      carried = nil
    }
    if let carried { parts.append(.carrier(of: carried)) }
    return parts
  }
}
