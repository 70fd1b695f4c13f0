// ResponsesReply: a response of OpenAI's in one piece, and its items.

import Bytes
import JSON

extension WholeReply {
  /// The response; before its end it has neither items nor usage.
  init(responses generation: Generation, _ echo: ResponseEcho, call: Int, _ knobs: Knobs, isComplete: Bool = true) {
    self.init()
    let choice = generation.choices[0]
    append("{\"id\":\"resp_mock")
    append(decimal: call)
    append("\",\"object\":\"response\",\"created_at\":")
    append(decimal: Moment.unixSeconds)
    append(",\"status\":\"")
    append(isComplete ? choice.finish.inResponses : "in_progress")
    append("\",\"background\":false,\"error\":null,\"incomplete_details\":")
    append(isComplete && choice.isCut ? "{\"reason\":\"max_output_tokens\"}" : "null")
    append(",\"model\":")
    append(quoted: generation.model)
    append(",\"output\":[")
    if isComplete {
      var isFirst = true
      for (index, content) in choice.contents.enumerated() {
        if !isFirst { append(",") }
        isFirst = false
        append(itemOf: content, index, echo, call: call)
      }
    }
    append("],\"previous_response_id\":null,\"service_tier\":\"default\"")
    append(echo.members)
    append(",\"usage\":")
    if isComplete, knobs.reportsUsage { append(ResponsesUsage.text(of: generation)) } else { append("null") }
    append("}")
  }

  /// An item of the output, whole.
  init(itemOf content: Content, _ index: Int, _ echo: ResponseEcho, call: Int) {
    self.init()
    append(itemOf: content, index, echo, call: call)
  }

  private mutating func append(itemOf content: Content, _ index: Int, _ echo: ResponseEcho, call: Int) {
    append("{\"id\":\"")
    append(ByteSlice(content.itemID(call, index)))
    append("\",\"type\":\"")
    switch content.kind {
    case .text, .refusal:
      append("message\",\"status\":\"")
      append(content.isCut ? "incomplete" : "completed")
      append("\",\"role\":\"assistant\",\"content\":[{\"type\":\"")
      if case .refusal = content.kind {
        append("refusal\",\"refusal\":")
      } else {
        append("output_text\",\"annotations\":[],\"logprobs\":[],\"text\":")
      }
      append(content.text)
      append("}]}")
    case .thinking, .redactedThinking:
      append("reasoning\",\"summary\":[")
      if content.isShown(echo) {
        append("{\"type\":\"summary_text\",\"text\":")
        append(content.text)
        append("}]")
      } else {
        hide(content.text)
        append("]")
      }
      if echo.sealsThoughts {
        append(",\"encrypted_content\":")
        append(quoted: Proof.sealed(content.text.string, by: .openAI))
      }
      append("}")
    case .call(let tool):
      append("function_call\",\"status\":\"")
      append(content.isCut ? "incomplete" : "completed")
      append("\",\"call_id\":")
      append(quoted: tool.id("call_", in: call, choice: 0))
      append(",\"name\":")
      append(quoted: tool.name)
      append(",\"arguments\":")
      append(content.text)
      append("}")
    }
  }
}

extension Content {
  /// Unlike that of any other item; of a call behind thoughts it tells whose they are.
  func itemID(_ call: Int, _ index: Int) -> String {
    switch kind {
    case .text, .refusal: "msg_mock\(call)_\(index)"
    case .thinking, .redactedThinking: "rs_mock\(call)"
    case .call(let tool): tool.followsThoughts ? "fc_rs_mock\(call)" : "fc_mock\(call)_\(index)"
    }
  }

  /// Whether the text of these thoughts is told as their summary.
  func isShown(_ echo: ResponseEcho) -> Bool {
    if case .thinking = kind { echo.showsThoughts } else { false }
  }
}

extension Content.Call {
  /// The thoughts without which a call must not come back.
  static func thought(before id: String) -> String? { id.hasPrefix("fc_rs_") ? String(id.dropFirst(3)) : nil }
}

extension Choice {
  var isCut: Bool { if case .length = finish { true } else { false } }
}

extension Finish {
  /// The status of the response.
  var inResponses: StaticString { if case .length = self { "incomplete" } else { "completed" } }
}

enum ResponsesUsage {
  static func text(of generation: Generation) -> ByteSlice {
    var writer = JSONWriter(minimumCapacity: 256)
    let prompt = generation.prompt
    writer.object {
      $0.member("input_tokens", Int64(prompt.total))
      $0.object("input_tokens_details") {
        $0.member("cached_tokens", Int64(prompt.cached))
        $0.member("cache_write_tokens", Int64(prompt.created))
      }
      $0.member("output_tokens", Int64(generation.completionTokens))
      $0.object("output_tokens_details") { $0.member("reasoning_tokens", Int64(generation.reasoningTokens)) }
      $0.member("total_tokens", Int64(prompt.total + generation.completionTokens))
    }
    return writer.take()
  }
}
