// ToolNames: tools under names that a provider takes, and the agent's own names given back.

/// Which names of tools a dialect takes. All take letters, digits and `_`.
public struct ToolNameRule: Sendable {
  public var lengthMax: Int
  /// What else they may hold.
  public var others: String
  /// A digit may not come first, nor what is in `others`.
  public var beginsWithLetter: Bool

  public init(lengthMax: Int = 64, others: String = "-", beginsWithLetter: Bool = false) {
    self.lengthMax = lengthMax
    self.others = others
    self.beginsWithLetter = beginsWithLetter
  }

  func allows(_ name: String) -> Bool {
    !name.isEmpty && name.utf8.count <= lengthMax && name.utf8.allSatisfy(allows) && (!beginsWithLetter || begins(name))
  }

  private func begins(_ name: String) -> Bool { name.utf8.first.map { $0 == 95 || $0 >= 65 } ?? false }

  private func allows(_ byte: UInt8) -> Bool {
    switch byte {
    case 48...57, 65...90, 95, 97...122: true
    default: others.utf8.contains(byte)
    }
  }

  /// The name in letters that are taken, as far as there is room, and eight digits that tell it from all others. The same
  /// name always gives the same, so that what providers keep of a prompt stays good.
  func fitted(_ name: String, salt: UInt32) -> String {
    var hash: UInt32 = 0x811C_9DC5 &+ salt
    for byte in name.utf8 { hash = (hash ^ UInt32(byte)) &* 0x0100_0193 }
    let digits = String(hash, radix: 16)
    let tail = "_" + String(repeating: "0", count: 8 - digits.utf8.count) + digits
    var letters = name.utf8.map { allows($0) ? $0 : 95 }
    if beginsWithLetter, !begins(name) { letters.insert(95, at: 0) }
    return String(decoding: letters.prefix(lengthMax - tail.utf8.count), as: UTF8.self) + tail
  }
}

/// The names of one request that were fitted.
public struct ToolNames: Sendable {
  /// The agent's, by the provider's.
  private var originals: [String: String] = [:]
  private var fitted: [String: String] = [:]

  public var isEmpty: Bool { originals.isEmpty }

  /// None.
  public init() {}

  /// Fits the names of tools, of the choice among them and of earlier calls.
  public init(fitting conversation: inout Conversation, to rule: ToolNameRule) {
    var taken = Set(conversation.tools.map(\.name))
    let tools = conversation.tools
    for index in tools.indices where !rule.allows(tools[index].name) {
      conversation.tools[index].name = fit(tools[index].name, to: rule, &taken)
    }
    if case .tool(let name) = conversation.toolChoice, !rule.allows(name) {
      conversation.toolChoice = .tool(fit(name, to: rule, &taken))
    }
    for message in conversation.messages.indices where conversation.messages[message].role == .assistant {
      for part in conversation.messages[message].parts.indices {
        guard case .toolUse(var use) = conversation.messages[message].parts[part].content, !rule.allows(use.name) else {
          continue
        }
        use.name = fit(use.name, to: rule, &taken)
        conversation.messages[message].parts[part].content = .toolUse(use)
      }
    }
  }

  private mutating func fit(_ name: String, to rule: ToolNameRule, _ taken: inout Set<String>) -> String {
    if let known = fitted[name] { return known }
    var salt: UInt32 = 0
    var new = rule.fitted(name, salt: salt)
    while !taken.insert(new).inserted {
      salt += 1
      new = rule.fitted(name, salt: salt)
    }
    fitted[name] = new
    originals[new] = name
    return new
  }

  /// The agent's own name for a tool that was called.
  public func original(of name: String) -> String { originals[name] ?? name }

  /// The same for the calls among the parts of an answer.
  public func restore(in parts: inout [Part]) {
    if originals.isEmpty { return }
    for index in parts.indices {
      guard case .toolUse(var use) = parts[index].content else { continue }
      use.name = original(of: use.name)
      parts[index].content = .toolUse(use)
    }
  }

  /// The same for a call that begins in a stream.
  public func restore(in event: inout AnswerEvent) {
    guard !originals.isEmpty, case .partBegan(.toolUse(let id, let name, let signature), let place) = event else {
      return
    }
    event = .partBegan(.toolUse(id: id, name: original(of: name), signature: signature), at: place)
  }
}
