// Descriptions: the models on offer, and what came in on a path nobody here knows.

import Bytes
import HTTP
import JSON

enum ModelList {
  private static let models = ["gpt-4o", "gpt-4o-mini", "text-embedding-3-small"]

  static func write(_ knobs: Knobs, into buffer: inout ByteBuffer) {
    buffer.append("{\"object\":\"list\",\"data\":[")
    for (index, model) in (knobs.models ?? models).enumerated() {
      if index > 0 { buffer.append(",") }
      write(model, into: &buffer)
    }
    buffer.append("]}\n")
  }

  static func write(_ model: String, into buffer: inout ByteBuffer) {
    buffer.append("{\"id\":")
    JSONText.appendQuoted(model, to: &buffer)
    buffer.append(",\"object\":\"model\",\"created\":1700000000,\"owned_by\":\"mock\"}")
  }
}

enum Echo {
  /// What of the request an agent may want to check: never a header's value, which may be a key.
  static func write(_ request: Request, _ route: Route, into buffer: inout ByteBuffer) {
    buffer.append("{\"object\":\"echo\",\"method\":")
    JSONText.appendQuoted(request.methodName, to: &buffer)
    buffer.append(",\"path\":")
    JSONText.appendQuoted(route.pathAndQuery, to: &buffer)
    buffer.append(",\"body_bytes\":")
    buffer.append(decimal: request.body.count)
    buffer.append(",\"headers\":[")
    for index in 0..<request.head.count {
      if index > 0 { buffer.append(",") }
      JSONText.appendQuoted(String(request.head.name(at: index)).lowercased(), to: &buffer)
    }
    buffer.append("]}\n")
  }
}
