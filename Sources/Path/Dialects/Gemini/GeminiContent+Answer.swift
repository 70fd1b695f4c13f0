// GeminiContent+Answer: a whole reply of Gemini's.

import Bytes
import Conversation
import Exchange
import Hub
import JSON

extension GeminiContent {
  public static func answer(from body: ByteSlice) throws(ShapeFault) -> Answer {
    let reply = try JSONValue.reply(body)
    let id = GeminiCalls.replyName(try reply.string("responseId", in: ""))
    var answer = Answer(id: id, model: try reply.string("modelVersion", in: "") ?? "")
    answer.usage = try reply.object("usageMetadata", in: "").flatMap { GeminiUsage.read($0.bytes.span) }
    var callCount = 0
    let candidates = try reply.objects("candidates", in: "") ?? []
    if candidates.count > Limits.replyPartsMax {
      throw ShapeFault(path: "candidates", problem: "has too many elements")
    }
    for (index, candidate) in candidates.enumerated() {
      let path = "candidates[\(index)]"
      var (parts, calledTools) = try parts(of: candidate, at: path, in: id, &callCount)
      cite(try GeminiCitations.read(candidate, at: path), in: &parts)
      let reason = try candidate.string("finishReason", in: path) ?? "STOP"
      let finish = finish(of: reason, calledTools: calledTools)
      if finish == nil, answer.failure == nil {
        answer.failure = ProviderFault.brokenOff(reason, try candidate.string("finishMessage", in: path))
      }
      var choice = AnswerChoice(parts, finish ?? .stop)
      if let logprobs = try candidate.object("logprobsResult", in: path) {
        choice.logprobs = try GeminiLogprobs.read(logprobs, at: path + ".logprobsResult")
      }
      answer.choices.append(choice)
    }
    if answer.choices.isEmpty {
      // A prompt that was blocked has no candidate.
      guard try reply.object("promptFeedback", in: "")?.given("blockReason") != nil else {
        throw ShapeFault(path: "candidates", problem: "is missing")
      }
      answer.choices = [AnswerChoice([], .contentFilter)]
    }
    return answer
  }

  private static func parts(
    of candidate: JSONValue, at path: String, in reply: String, _ callCount: inout Int
  ) throws(ShapeFault) -> (parts: [Part], calledTools: Bool) {
    var parts: [Part] = []
    var calledTools = false
    let content = try candidate.object("content", in: path)
    let given = try content?.objects("parts", in: path + ".content") ?? []
    if given.count > Limits.replyPartsMax {
      throw ShapeFault(path: path + ".content.parts", problem: "has too many elements")
    }
    for (index, part) in given.enumerated() {
      switch try GeminiPart(part, at: "\(path).content.parts[\(index)]") {
      case .text(let text, let signature):
        if !text.isEmpty { parts.append(text: text) }
        if let signature { parts.append(.carrier(of: signature)) }
      case .thought(let text, let signature):
        if !text.isEmpty || signature != nil { parts.append(thought: text, signature) }
      case .call(let id, let name, let arguments, let signature):
        calledTools = true
        let id = id.flatMap { $0.isEmpty ? nil : $0 } ?? GeminiCalls.id(in: reply, at: callCount)
        callCount += 1
        parts.append(Part(.toolUse(ToolUse(id: id, name: name, arguments: arguments, signature: signature))))
      case .media(let media, let signature):
        parts.append(media.part)
        if let signature { parts.append(.carrier(of: signature)) }
      case .other: break
      }
    }
    return (parts, calledTools)
  }

  /// Puts citations, whose places are counted in bytes of the whole text, at the text's parts in characters.
  private static func cite(_ citations: [Citation], in parts: inout [Part]) {
    var start: Int64 = 0
    for index in parts.indices {
      guard case .text(let text) = parts[index].content else { continue }
      let end = start + Int64(text.utf8.count)
      for citation in citations where (citation.start ?? 0) >= start && (citation.start ?? 0) < max(end, start + 1) {
        var cited = citation
        cited.start = citation.start.map { text.characters(inBytes: $0 - start) }
        cited.end = citation.end.map { text.characters(inBytes: $0 - start) }
        parts[index].citations.append(cited)
      }
      start = end
    }
  }
}

extension [Part] {
  /// Text that goes on where text was is one part.
  fileprivate mutating func append(text: String) {
    if let last, case .text(let before) = last.content {
      self[count - 1].content = .text(before + text)
    } else {
      append(.text(text))
    }
  }

  fileprivate mutating func append(thought text: String, _ signature: Signature?) {
    if let last, case .thinking(var before) = last.content, before.signature == nil {
      before.text += text
      before.signature = signature
      self[count - 1].content = .thinking(before)
    } else {
      append(Part(.thinking(Thinking(text, signature: signature))))
    }
  }
}
