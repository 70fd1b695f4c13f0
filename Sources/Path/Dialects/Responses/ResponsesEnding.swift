// ResponsesEnding: the last event of a response's stream that ends where its budget ends.

import Bytes
import Conversation
import Exchange
import Hub
import JSON
import OpenAI

enum ResponsesEnding {
  /// `response.incomplete`, since the most output tokens were reached, with the usage. What was written stands in the
  /// events before; it is not repeated.
  static func events(after last: ByteSlice, of request: any ModelRequest, usage: Usage) -> ByteSlice {
    let before = try? JSONValue.parse(last.span)
    let known = before?["response"]
    let start = AnswerStart(
      id: known?["id"]?.string ?? "resp_\(before?["item_id"]?.string ?? "cut")", model: request.model?.text ?? "",
      createdAt: known?["created_at"].flatMap { OpenAIResponses.seconds($0) })
    let asked = (try? JSONValue.parse(request.body.span)).map { ResponseMembers.asked(of: $0) }
    var frame = ResponseFrame(start, asked: asked)
    frame.finish = .length
    frame.usage = usage
    let response = (try? JSONValue.parse(frame.text(.done, []).span)) ?? .object([])
    let number = before?["sequence_number"]?.integer ?? -1
    return event("response.incomplete", after: number, [("response", response)])
  }

  /// - Parameter number: of the event before.
  static func event(
    _ type: StaticString, after number: Int64, _ members: [(name: String, value: JSONValue)]
  ) -> ByteSlice {
    let first = [
      (name: "type", value: JSONValue.string("\(type)")),
      ("sequence_number", .integer(number == .max ? number : number + 1)),
    ]
    return EventFrame.event(.object(first + members), as: type)
  }
}
