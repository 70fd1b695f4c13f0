// MessageReading: the messages of an agent's request, one after the other, become the conversation's.

import Conversation
import Hub
import JSON

/// Gathers messages: results of tools, which have a message each, become parts of one message of the user.
struct MessageReading {
  private(set) var messages: [Message] = []
  /// Fields nobody has a word for, by name.
  private(set) var untranslatable: Set<String> = []

  mutating func read(_ message: inout ObjectReader) throws(ShapeFault) {
    let role = try message.required("role")
    let name = try message.string("name")
    let marker = try OpenAIChat.cacheMarker(&message)
    switch role {
    case "system": try add(.system, content(of: &message), name, marker)
    case "developer": try add(.developer, content(of: &message), name, marker)
    case "user":
      let parts = try content(of: &message)
      if name == nil, let last = messages.last, last.isResults {
        messages[messages.count - 1].parts += marked(parts, marker)
      } else {
        add(.user, parts, name, marker)
      }
    case "assistant": try add(.assistant, said(by: &message), name, marker)
    case "tool":
      // Some agents repeat the tool's name, which the call has said.
      let id = try message.required("tool_call_id")
      addResult(Part(.toolResult(ToolResult(id: id, parts: try content(of: &message))), cache: marker))
    default: throw message.fault("role", "must be system, developer, user, assistant or tool")
    }
    for field in message.unread { untranslatable.insert("messages[].\(field)") }
  }

  private mutating func add(_ role: Message.Role, _ parts: [Part], _ name: String?, _ marker: CacheMarker?) {
    messages.append(Message(role, marked(parts, marker), name: name))
  }

  /// A marker on the message stands for one on its last part.
  private func marked(_ parts: [Part], _ marker: CacheMarker?) -> [Part] {
    guard let marker, !parts.isEmpty else { return parts }
    var parts = parts
    parts[parts.count - 1].cache = marker
    return parts
  }

  /// Results come before what else the user says.
  private mutating func addResult(_ part: Part) {
    guard let last = messages.last, last.role == .user, last.name == nil else {
      return messages.append(Message(.user, [part]))
    }
    let place = last.parts.firstIndex { !$0.isResult } ?? last.parts.count
    messages[messages.count - 1].parts.insert(part, at: place)
  }

  // MARK: what the model said

  private mutating func said(by message: inout ObjectReader) throws(ShapeFault) -> [Part] {
    let thoughts = try OpenAIChat.thoughts(of: &message)
    var content = try content(of: &message, isRequired: false)
    if let citations = try OpenAIChat.citations(of: &message), !content.isEmpty {
      content[content.count - 1].citations = citations
    }
    var parts = OpenAIChat.parts(thoughts, in: content)
    if let refusal = try message.string("refusal"), !refusal.isEmpty { parts.append(Part(.refusal(refusal))) }
    parts += try OpenAIChat.media(of: &message)
    for var call in try message.objects("tool_calls") ?? [] {
      if let part = try toolUse(&call) { parts.append(part) }
    }
    return parts
  }

  private mutating func toolUse(_ call: inout ObjectReader) throws(ShapeFault) -> Part? {
    let type = try call.string("type") ?? "function"
    guard type == "function" else {
      untranslatable.insert("messages[].tool_calls[].\(type)")
      return nil
    }
    guard var function = try call.object("function") else { throw call.fault("function", "is missing") }
    let arguments = CallArguments.object(of: try function.string("arguments") ?? "")
    let signature = try OpenAIChat.signature(of: &call)
    let use = ToolUse(
      id: try call.required("id"), name: try function.required("name"), arguments: arguments, signature: signature)
    // Agents that gathered the call from a stream may keep its index.
    _ = call.value("index")
    for field in call.unread { untranslatable.insert("messages[].tool_calls[].\(field)") }
    return Part(.toolUse(use), cache: try OpenAIChat.cacheMarker(&call))
  }

  // MARK: content

  private mutating func content(
    of message: inout ObjectReader, isRequired: Bool = true
  ) throws(ShapeFault) -> [Part] {
    guard let content = message.value("content") else {
      if isRequired { throw message.fault("content", "is missing") }
      return []
    }
    if let text = content.string { return text.isEmpty && !isRequired ? [] : [.text(text)] }
    guard content.kind == .array else { throw message.fault("content", "must be a string or an array of parts") }
    var parts: [Part] = []
    for var part in try message.objects("content") ?? [] {
      let marker = try OpenAIChat.cacheMarker(&part)
      let type = try part.required("type")
      guard let content = try OpenAIChat.content(&part, type) else {
        untranslatable.insert("messages[].content[].\(type)")
        continue
      }
      parts.append(Part(content, cache: marker))
      for field in part.unread { untranslatable.insert("messages[].content[].\(field)") }
    }
    return parts
  }
}

extension Message {
  /// A user's turn that holds nothing but results of tools, as far as it was said.
  fileprivate var isResults: Bool { role == .user && parts.allSatisfy(\.isResult) }
}
