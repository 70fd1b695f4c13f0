// GeminiRequestWriter+Turns: the messages of a conversation as Gemini's turns.

import Bytes
import Conversation
import Hub
import JSON

extension GeminiRequestWriter {
  /// Writes `systemInstruction` and `contents`. Messages of one side that follow each other share a turn; one that
  /// nothing is left of has none.
  mutating func writeTurns() {
    let messages = conversation.messages
    let instructions = messages.filter { $0.role == .system || $0.role == .developer }
    let firstTurn = messages.firstIndex { $0.role == .user || $0.role == .assistant }
    let hasTurns = firstTurn != nil
    if let firstTurn, messages[firstTurn...].contains(where: { $0.role == .system || $0.role == .developer }) {
      losses.approximate(.systemMessage)
    }
    let texts = instructions.flatMap { text(ofInstructions: $0) }
    if hasTurns, !texts.isEmpty {
      json.name("systemInstruction")
      json.beginObject()
      json.array("parts", of: texts) { json, text in json.object { $0.member("text", text) } }
      json.endObject()
    }
    json.name("contents")
    json.beginArray()
    if !hasTurns, !texts.isEmpty {
      losses.approximate(.systemMessage)
      for text in texts { write(text: text, of: .user) }
    }
    for message in messages where message.role == .user || message.role == .assistant { write(message) }
    endTurn()
    json.endArray()
  }

  private mutating func text(ofInstructions message: Message) -> [String] {
    if message.name != nil { losses.drop(.messageName) }
    return message.parts.compactMap { part in
      note(part)
      switch part.content {
      case .text(let text): return text.isEmpty ? nil : text
      case .image: losses.drop(.image)
      case .document: losses.drop(.document)
      case .audio: losses.drop(.audio)
      case .toolUse, .toolResult, .thinking, .refusal: losses.drop(.systemMessage)
      }
      return nil
    }
  }

  /// What every part may carry beside its content.
  private mutating func note(_ part: Part) {
    if part.cache != nil { losses.approximate(.cacheMarker) }
    if !part.citations.isEmpty { losses.approximate(.citations) }
  }

  private mutating func write(_ message: Message) {
    if message.name != nil { losses.drop(.messageName) }
    let turn: Turn = message.role == .assistant ? .model : .user
    var isFirstCall = true
    // What stands in results that can hold none comes after all of them, so that they stay together.
    var besides: [Media] = []
    for part in message.parts {
      note(part)
      switch part.content {
      case .text(let text), .refusal(let text): write(text: text, of: turn)
      case .image(let media): write(media, .image, of: turn)
      case .document(let media): write(media, .document, of: turn)
      case .audio(let media): write(media, .audio, of: turn)
      case .thinking(let thinking): write(thinking, of: turn)
      case .toolUse(let use):
        write(use, isFirst: isFirstCall, of: turn)
        isFirstCall = false
      case .toolResult(let result): write(result, of: turn, &besides)
      }
    }
    for media in besides { write(media, .image, of: turn) }
  }

  // MARK: parts

  mutating func beginPart(of turn: Turn) {
    if self.turn != turn {
      endTurn()
      self.turn = turn
      json.beginObject()
      json.member("role", turn == .model ? "model" : "user")
      json.name("parts")
      json.beginArray()
    }
    json.beginObject()
  }

  private mutating func endTurn() {
    if turn == nil { return }
    json.endArray()
    json.endObject()
    turn = nil
  }

  /// Parts without a text are refused.
  private mutating func write(text: String, of turn: Turn) {
    if text.isEmpty { return }
    beginPart(of: turn)
    json.member("text", text)
    json.endObject()
  }

  /// Only what Gemini itself thought and signed: its summaries of thinking need not come back.
  private mutating func write(_ thinking: Thinking, of turn: Turn) {
    guard let signature = thinking.signature, signature.origin == .gemini else { return }
    beginPart(of: turn)
    json.member("text", thinking.text)
    if !thinking.text.isEmpty { json.member("thought", true) }
    json.member("thoughtSignature", signature.text)
    json.endObject()
  }

  private mutating func write(_ use: ToolUse, isFirst: Bool, of turn: Turn) {
    functions[use.id] = use.name
    beginPart(of: turn)
    json.name("functionCall")
    json.beginObject()
    writeID(use.id)
    json.member("name", use.name)
    json.name("args")
    if let arguments = try? JSONValue.parse(use.arguments.utf8.span), arguments.kind == .object {
      json.value(arguments)
    } else {
      // What a model wrote that is no object: kept, under a name that says so.
      json.object { $0.member("arguments", use.arguments) }
    }
    json.endObject()
    if let signature = use.signature, signature.origin == .gemini {
      json.member("thoughtSignature", signature.text)
    } else if isFirst, model.signsCalls {
      json.member("thoughtSignature", GeminiContent.unsigned)
    }
    json.endObject()
  }

  private mutating func writeID(_ id: String) {
    if !id.hasPrefix(GeminiCalls.madeUp) { json.member("id", id) }
  }

  private mutating func write(_ result: ToolResult, of turn: Turn, _ besides: inout [Media]) {
    beginPart(of: turn)
    json.name("functionResponse")
    json.beginObject()
    writeID(result.id)
    json.member("name", functions[result.id] ?? result.id)
    json.name("response")
    json.beginObject()
    var texts: [String] = []
    var media: [Media] = []
    for part in result.parts {
      note(part)
      switch part.content {
      case .text(let text), .refusal(let text): texts.append(text)
      case .document(let found):
        if case .text(let text) = found.source {
          losses.approximate(.document)
          texts.append(found.title.map { $0 + "\n\n" + text } ?? text)
        } else {
          media.append(found)
        }
      case .image(let found), .audio(let found): media.append(found)
      case .toolUse, .toolResult, .thinking: losses.drop(.toolResultMedia)
      }
    }
    if !texts.isEmpty || result.isError {
      json.member(result.isError ? "error" : "output", texts.joined(separator: "\n"))
    }
    json.endObject()
    if !media.isEmpty, model.takesMediaInResults {
      json.name("parts")
      json.beginArray()
      for media in media {
        if case .file(let file) = media.source, !GeminiContent.isOwnFile(file) {
          losses.drop(.file)
        } else {
          json.beginObject()
          writeSource(of: media, .image)
          json.endObject()
        }
      }
      json.endArray()
    } else if !media.isEmpty {
      losses.approximate(.toolResultMedia)
      besides += media
    }
    json.endObject()
    json.endObject()
  }
}
