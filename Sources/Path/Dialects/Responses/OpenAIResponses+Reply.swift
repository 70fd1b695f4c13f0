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
    var frame = ResponseFrame(answer, to: conversation)
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
  private let serviceTier: String?
  private let conversation: Conversation
  var finish = FinishReason.stop
  var usage: Usage?

  init(_ answer: Answer, to conversation: Conversation) {
    id = answer.id
    model = answer.model
    createdAt = answer.createdAt ?? 0
    serviceTier = answer.serviceTier
    self.conversation = conversation
  }

  init(_ start: AnswerStart, to conversation: Conversation) {
    var answer = Answer(id: start.id, model: start.model)
    answer.createdAt = start.createdAt
    self.init(answer, to: conversation)
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
      writeAsked(to: &response)
      response.member("service_tier", ifGiven: serviceTier)
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
        $0.member("code", fault.type == "rate_limit_error" ? "rate_limit_exceeded" : "server_error")
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

  /// What was asked for, as far as OpenAI's SDK will have it repeated.
  private func writeAsked(to writer: inout JSONWriter) {
    writer.name("instructions")
    writer.null()
    writer.object("metadata") { metadata in
      for (name, value) in conversation.metadata {
        metadata.name(anyOf: name)
        metadata.string(value)
      }
    }
    writer.member("max_output_tokens", ifGiven: conversation.sampling.outputMax)
    writer.member("parallel_tool_calls", conversation.allowsParallelTools ?? true)
    writer.member("temperature", ifGiven: conversation.sampling.temperature)
    writer.member("top_p", ifGiven: conversation.sampling.topP)
    OpenAIResponses.write(conversation.format, verbosity: conversation.extras[.verbosity], to: &writer)
    OpenAIResponses.write(conversation.toolChoice ?? .auto, to: &writer)
    // Others are told in calls alone.
    let functions = conversation.tools.filter { $0.form == .function && $0.membership == nil }
    writer.array("tools", of: functions) { writer, tool in
      writer.object {
        $0.member("type", "function")
        $0.member("name", tool.name)
        $0.member("description", ifGiven: tool.description)
        $0.member("parameters", ifGiven: tool.parameters)
        $0.member("strict", tool.isStrict ?? false)
      }
    }
    writer.member("store", false)
  }
}

extension ResponseFrame.State {
  fileprivate var isInProgress: Bool {
    if case .inProgress = self { true } else { false }
  }
}
