// OpenAIChatWriter: a reply as an agent gets it in chunks (`ChatCompletionChunk` of OpenAI's SDK).

import Bytes
import Conversation
import Exchange
import Hub
import JSON

extension OpenAIChat {
  public static func writer(for conversation: Conversation) -> any AnswerWriter {
    OpenAIChatWriter(for: conversation)
  }
}

/// Writes one chunk for each event that has something to say. What identifies the reply is written once and copied.
struct OpenAIChatWriter: AnswerWriter {
  private enum Kind {
    case text, refusal, thinking, whole
    case toolUse(index: Int64)
  }

  /// A part that has begun.
  private struct Growing {
    let kind: Kind
    /// What was thought so far, which is repeated beside its signature.
    var thoughts: [String] = []
    /// How much of the content was said before.
    var offset: Int64 = 0
    var hasArguments = false
  }

  /// What each choice has counted so far.
  private struct Choice {
    var calls: Int64 = 0
    var blocks: Int64 = 0
    var citations: Int64 = 0
    var characters: Int64 = 0
    var hasRefusal = false
  }

  private let choicesAsked: Int
  private let wantsUsage: Bool
  /// From the first `{` to the name of the choices.
  private var head = ByteSlice()
  private var growing: [PartPlace: Growing] = [:]
  private var choices: [Int: Choice] = [:]
  private var usage: Usage?

  init(for conversation: Conversation) {
    choicesAsked = Int(clamping: conversation.sampling.choices)
    wantsUsage = conversation.wantsStreamUsage
  }

  mutating func write(_ event: AnswerEvent, to buffer: inout ByteBuffer) {
    switch event {
    case .began(let start): begin(start, &buffer)
    case .partBegan(let start, let place): begin(start, at: place, &buffer)
    case .partGrew(let growth, let place): grow(growth, at: place, &buffer)
    case .partEnded(let place): end(place, &buffer)
    case .choiceFinished(let reason, _, let choice):
      let word = OpenAIChat.word(for: reason, hasRefusal: choices[choice]?.hasRefusal ?? false)
      append(to: &buffer, choice, finish: word) { _ in }
    case .usageReported(let reported): usage = reported
    case .ended: finish(&buffer)
    case .failed(let fault): buffer.append(OpenAIError.event(of: fault))
    case .idled: EventFrame.appendIdle(to: &buffer)
    }
  }

  // MARK: events

  private mutating func begin(_ start: AnswerStart, _ buffer: inout ByteBuffer) {
    var head = ByteBuffer(minimumCapacity: 192)
    head.append("{\"id\":")
    JSONText.appendQuoted(start.id, to: &head)
    head.append(",\"object\":\"chat.completion.chunk\",\"created\":")
    head.append(decimal: Int(start.createdAt ?? 0))
    head.append(",\"model\":")
    JSONText.appendQuoted(start.model, to: &head)
    head.append(",\"choices\":[")
    self.head = head.take()
    for choice in 0..<choicesAsked {
      append(to: &buffer, choice) {
        $0.member("role", "assistant")
        $0.member("content", "")
      }
    }
  }

  private mutating func begin(_ start: PartStart, at place: PartPlace, _ buffer: inout ByteBuffer) {
    switch start {
    case .text: growing[place] = Growing(kind: .text)
    case .thinking: growing[place] = Growing(kind: .thinking, offset: choices[place.choice]?.characters ?? 0)
    case .refusal:
      growing[place] = Growing(kind: .refusal)
      choices[place.choice, default: Choice()].hasRefusal = true
    case .redactedThinking(let data):
      let part = Growing(kind: .whole, offset: choices[place.choice]?.characters ?? 0)
      growing[place] = part
      writeBlock(Thinking("", signature: data, isRedacted: true), part, place.choice, &buffer)
    case .media(let media):
      growing[place] = Growing(kind: .whole)
      append(to: &buffer, place.choice) { OpenAIChat.write(media, to: &$0) }
    case .toolUse(let id, let name, let signature):
      let index = choices[place.choice, default: Choice()].calls
      choices[place.choice, default: Choice()].calls += 1
      growing[place] = Growing(kind: .toolUse(index: index))
      var use = ToolUse(id: id, name: name, arguments: "", signature: signature)
      use.arguments = ""
      append(to: &buffer, place.choice) { delta in
        delta.array("tool_calls", of: [use]) { OpenAIChat.write($1, index: index, withSignature: true, to: &$0) }
      }
    }
  }

  private mutating func grow(_ growth: PartGrowth, at place: PartPlace, _ buffer: inout ByteBuffer) {
    guard let kind = growing[place]?.kind else { return }
    switch (growth, kind) {
    case (.text(let text), .text):
      choices[place.choice, default: Choice()].characters += Int64(text.unicodeScalars.count)
      append(to: &buffer, place.choice) { $0.member("content", text) }
    case (.text(let text), .refusal): append(to: &buffer, place.choice) { $0.member("refusal", text) }
    case (.text(let text), .thinking):
      growing[place]?.thoughts.append(text)
      append(to: &buffer, place.choice) { $0.member("reasoning_content", text) }
    case (.signature(let signature), .thinking):
      guard let part = growing[place] else { return }
      writeBlock(Thinking(part.thoughts.joined(), signature: signature), part, place.choice, &buffer)
    case (.arguments(let text), .toolUse(let index)):
      if text.isEmpty { return }
      growing[place]?.hasArguments = true
      writeArguments(text, index, place.choice, &buffer)
    case (.citation(let citation), _): write(citation, place.choice, &buffer)
    case (.logprobs(let logprobs), _): append(to: &buffer, place.choice, logprobs: logprobs) { _ in }
    default: break
    }
  }

  private mutating func end(_ place: PartPlace, _ buffer: inout ByteBuffer) {
    guard let part = growing.removeValue(forKey: place) else { return }
    // SDKs parse what was gathered, and nothing is no JSON.
    if case .toolUse(let index) = part.kind, !part.hasArguments { writeArguments("{}", index, place.choice, &buffer) }
  }

  private func finish(_ buffer: inout ByteBuffer) {
    if wantsUsage, let usage {
      EventFrame.begin(in: &buffer)
      buffer.append(head)
      buffer.append("],\"usage\":")
      var writer = JSONWriter(minimumCapacity: 192)
      OpenAIUsage.chat.write(usage, to: &writer)
      buffer.append(writer.take())
      buffer.append("}")
      EventFrame.end(in: &buffer)
    }
    EventFrame.appendDone(to: &buffer)
  }

  // MARK: chunks

  private mutating func writeBlock(
    _ thinking: Thinking, _ part: Growing, _ choice: Int, _ buffer: inout ByteBuffer
  ) {
    let index = choices[choice, default: Choice()].blocks
    choices[choice, default: Choice()].blocks += 1
    append(to: &buffer, choice) { delta in
      delta.array("thinking_blocks", of: [thinking]) {
        OpenAIChat.write($1, index: index, offset: part.offset, to: &$0)
      }
    }
  }

  private func writeArguments(_ text: String, _ index: Int64, _ choice: Int, _ buffer: inout ByteBuffer) {
    append(to: &buffer, choice) { delta in
      delta.array("tool_calls", of: [text]) { calls, text in
        calls.object { call in
          call.member("index", index)
          call.object("function") { $0.member("arguments", text) }
        }
      }
    }
  }

  private mutating func write(_ citation: Citation, _ choice: Int, _ buffer: inout ByteBuffer) {
    guard citation.url != nil else { return }
    let counted = choices[choice, default: Choice()]
    choices[choice, default: Choice()].citations += 1
    append(to: &buffer, choice) { delta in
      delta.array("annotations", of: [citation]) {
        OpenAIChat.write($1, index: counted.citations, offset: 0, length: counted.characters, to: &$0)
      }
    }
  }

  private func append(
    to buffer: inout ByteBuffer, _ choice: Int, finish: String? = nil, logprobs: JSONValue? = nil,
    _ delta: (inout JSONWriter) -> Void
  ) {
    var writer = JSONWriter(minimumCapacity: 256)
    writer.object { entry in
      entry.member("index", Int64(choice))
      entry.object("delta", delta)
      entry.name("logprobs")
      if let logprobs { entry.value(logprobs) } else { entry.null() }
      entry.name("finish_reason")
      if let finish { entry.string(finish) } else { entry.null() }
    }
    EventFrame.begin(in: &buffer)
    buffer.append(head)
    buffer.append(writer.take())
    buffer.append("]}")
    EventFrame.end(in: &buffer)
  }
}
