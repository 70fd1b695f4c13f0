// Message+Signatures: where a signed call of a tool keeps its signature in a dialect that has no place for one.

extension Part {
  /// The thinking part that carries the signature of the call after it.
  public static func carrier(of signature: Signature) -> Part { Part(.thinking(Thinking("", signature: signature))) }

  /// The signature, where this is such a part: thinking without a text that Gemini signed.
  var carried: Signature? {
    guard case .thinking(let thinking) = content, thinking.text.isEmpty, !thinking.isRedacted,
      let signature = thinking.signature, signature.origin == .gemini || signature.origin == .vertex
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

extension Signature.Origin {
  /// Whose a signature is on the other side of a provider that signs apart from others of its dialect: there its own are
  /// the dialect's, and the dialect's are a stranger's. The same both ways.
  func exchanged(with own: Self) -> Self {
    let usual: Self = own == .azure ? .openAI : .gemini
    return self == own ? usual : self == usual ? own : self
  }
}

extension Part {
  /// The part as it is on the other side of a provider that signs as `own`.
  public func exchangingSignatures(with own: Signature.Origin) -> Part {
    var part = self
    switch content {
    case .thinking(var thinking):
      thinking.signature = thinking.signature?.exchanged(with: own)
      part.content = .thinking(thinking)
    case .toolUse(var use):
      use.signature = use.signature?.exchanged(with: own)
      part.content = .toolUse(use)
    case .text, .image, .document, .audio, .toolResult, .refusal: break
    }
    return part
  }
}

extension Signature {
  fileprivate func exchanged(with own: Origin) -> Signature { Signature(text, of: origin.exchanged(with: own)) }
}

extension AnswerEvent {
  /// The event as it is on the other side of a provider that signs as `own`.
  public func exchangingSignatures(with own: Signature.Origin) -> AnswerEvent {
    switch self {
    case .partBegan(.redactedThinking(let signature), let place):
      .partBegan(.redactedThinking(signature.exchanged(with: own)), at: place)
    case .partBegan(.toolUse(let id, let name, let signature), let place):
      .partBegan(.toolUse(id: id, name: name, signature: signature?.exchanged(with: own)), at: place)
    case .partGrew(.signature(let signature), let place):
      .partGrew(.signature(signature.exchanged(with: own)), at: place)
    default: self
    }
  }
}
