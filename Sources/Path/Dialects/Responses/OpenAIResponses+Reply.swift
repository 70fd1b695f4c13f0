// OpenAIResponses+Reply: a reply as an agent gets it, whole or at the end of a stream.

import Bytes
import Conversation
import Exchange
import Hub
import JSON
import OpenAI

extension OpenAIResponses {
  public static func body(of answer: Answer, to conversation: Conversation) -> ByteSlice {
    let choice = answer.choices.first ?? AnswerChoice([], .stop)
    let start = AnswerStart(id: answer.id, model: answer.model, createdAt: answer.createdAt)
    var frame = ResponseFrame(start, asked: conversation.asked)
    frame.serviceTier = answer.serviceTier
    frame.finish = choice.finish
    frame.usage = answer.usage
    var items: [ByteSlice] = []
    let tools = SpecialTools(of: conversation)
    for part in choice.parts.carryingSignatures {
      if let item = OutputItem(part, at: items.count, of: answer.id, tools: tools) {
        items.append(item.text(isDone: true))
      }
    }
    return frame.text(.done, items)
  }
}

/// The object `response` of a reply, around its items.
struct ResponseFrame {
  enum State { case inProgress, done, failed(Fault) }

  private let id: String
  private let model: String
  private let createdAt: Int64
  private let asked: JSONValue?
  var serviceTier: String?
  var finish = FinishReason.stop
  var usage: Usage?

  /// - Parameter asked: what the reply repeats of its request.
  init(_ start: AnswerStart, asked: JSONValue?) {
    id = start.id
    model = start.model
    createdAt = start.createdAt ?? 0
    self.asked = asked
  }

  func text(_ state: State, _ items: [ByteSlice]) -> ByteSlice {
    var writer = JSONWriter(minimumCapacity: 1_024 + items.reduce(0) { $0 + $1.count })
    writer.object { response in
      response.member("id", id)
      response.member("object", "response")
      response.member("created_at", createdAt)
      response.member("model", model)
      write(state, to: &response)
      response.array("output", of: items) { $0.text($1) }
      response.name("usage")
      if let usage, !state.isInProgress {
        OpenAIUsage.responses.write(usage, to: &response)
      } else {
        response.null()
      }
      ResponseMembers.write(asked, to: &response)
      response.name("service_tier")
      if let serviceTier { response.string(serviceTier) } else { response.null() }
    }
    return writer.take()
  }

  private func write(_ state: State, to writer: inout JSONWriter) {
    let reason: String? =
      switch finish {
      case .length: "max_output_tokens"
      case .contentFilter: "content_filter"
      case .stop, .toolUse, .refusal, .pause: nil
      }
    switch state {
    case .inProgress: writer.member("status", "in_progress")
    case .done: writer.member("status", reason == nil ? "completed" : "incomplete")
    case .failed: writer.member("status", "failed")
    }
    writer.name("error")
    if case .failed(let fault) = state {
      writer.object {
        $0.member("code", fault.code)
        $0.member("message", fault.message)
      }
    } else {
      writer.null()
    }
    writer.name("incomplete_details")
    if let reason, case .done = state {
      writer.object { $0.member("reason", reason) }
    } else {
      writer.null()
    }
  }
}

extension ResponseFrame.State {
  var isDone: Bool {
    if case .done = self { true } else { false }
  }

  fileprivate var isInProgress: Bool {
    if case .inProgress = self { true } else { false }
  }
}
