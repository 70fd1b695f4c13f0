// Choice: one of the answers to a request: runs of text, thoughts and calls of tools, cut at the most tokens.

import Bytes
import JSON

/// Why an answer ended.
enum Finish: Sendable {
  case stop
  case length
  case tools
  case refusal
  /// At this stop text, which is left out.
  case stopped(String)
}

/// A run of text in a choice.
struct Content: Sendable {
  enum Kind: Sendable {
    case text
    case refusal
    /// Thoughts before an answer.
    case thinking
    /// The same, where the provider keeps them to itself.
    case redactedThinking
    /// The text is the arguments.
    case call(Call)

    var isThinking: Bool {
      switch self {
      case .thinking, .redactedThinking: true
      case .text, .refusal, .call: false
      }
    }
  }

  struct Call: Sendable {
    /// Counted from 0 in its choice.
    let place: Int
    let name: String
    /// The first after thoughts: where Gemini puts its signature.
    let followsThoughts: Bool

    /// Unlike that of any other call.
    func id(_ prefix: StaticString, in exchange: Int, choice: Int) -> String {
      "\(prefix)mock\(exchange)_\(choice)_\(place)"
    }
  }

  let kind: Kind
  let text: ReplyText
  /// Less than the whole, because the most tokens were reached.
  var isCut = false

  var call: Call? { if case .call(let call) = kind { call } else { nil } }
}

struct Choice: Sendable {
  private(set) var contents: [Content] = []
  private(set) var finish: Finish

  var tokens: Int { contents.reduce(0) { $0 + $1.text.tokens } }
  var reasoningTokens: Int { contents.reduce(0) { $0 + ($1.kind.isThinking ? $1.text.tokens : 0) } }
  var callsTools: Bool { contents.contains { $0.call != nil } }

  /// An answer in words alone, for endpoints that know nothing else.
  init(_ text: ReplyText, maxTokens: Int?, stop: [String] = []) {
    finish = .stop
    contents = [Content(kind: .text, text: text)]
    end(at: stop)
    cut(atTokens: maxTokens)
  }

  init(_ prompt: Prompt, _ wish: Wish, _ terms: Terms, _ knobs: Knobs) {
    finish = .stop
    let thinks = terms.thinking == .always || (terms.thinking == .whenAsked && wish.thinking != nil)
    if thinks { contents.append(Self.thoughts(prompt, wish)) }
    let calls = Self.calls(prompt, wish, terms, afterThoughts: thinks)
    if wish.refuses {
      finish = .refusal
      contents.append(Content(kind: .refusal, text: ReplyText(ByteSlice("I cannot help with that."))))
    } else if !calls.isEmpty {
      finish = .tools
      if wish.explains { contents.append(Content(kind: .text, text: ReplyText(ByteSlice("I shall use a tool.")))) }
      contents += calls
    } else if let schema = terms.schema {
      contents.append(Content(kind: .text, text: ReplyText(Example.text(of: schema))))
    } else {
      contents.append(Content(kind: .text, text: ReplyText(to: prompt.opening, knobs)))
      end(at: terms.stop)
    }
    cut(atTokens: knobs.replyBytes == nil ? terms.maxTokens : nil)
  }

  private static func thoughts(_ prompt: Prompt, _ wish: Wish) -> Content {
    var text = ByteBuffer()
    text.append("I think about this: ")
    text.append(prompt.opening)
    return Content(kind: wish.thinking == .redacted ? .redactedThinking : .thinking, text: ReplyText(text.take()))
  }

  private static func calls(
    _ prompt: Prompt, _ wish: Wish, _ terms: Terms, afterThoughts: Bool
  ) -> [Content] {
    var wanted = prompt.endsWithQuestion ? wish.tools : []
    switch terms.toolChoice {
    case .free: break
    case .forbidden: return []
    case .any: if wanted.isEmpty, let first = terms.tools.first { wanted = [first.name] }
    case .named(let name): wanted = [name]
    }
    var calls: [Content] = []
    for name in wanted {
      guard let tool = terms.tools.first(where: { $0.name == name }) else { continue }
      let call = Content.Call(place: calls.count, name: name, followsThoughts: afterThoughts && calls.isEmpty)
      calls.append(Content(kind: .call(call), text: ReplyText(Example.text(of: tool.schema))))
      if !terms.allowsParallelTools { break }
    }
    return calls
  }

  /// Ends the text before the first of the stop texts in it.
  private mutating func end(at stop: [String]) {
    guard !stop.isEmpty, let last = contents.last, let (text, found) = last.text.before(stop) else { return }
    contents[contents.count - 1] = Content(kind: last.kind, text: text)
    finish = .stopped(found)
  }

  private mutating func cut(atTokens maxTokens: Int?) {
    guard var left = maxTokens else { return }
    let whole = contents
    contents = []
    for content in whole {
      if left == 0 || content.text.tokens > left { finish = .length }
      if left == 0 { break }
      contents.append(
        Content(kind: content.kind, text: content.text.cut(atTokens: left), isCut: content.text.tokens > left))
      left -= min(left, content.text.tokens)
    }
  }
}
