// OpenAIChat+Fault: what a provider of OpenAI's dialects, or a copy of them, says went wrong.

import Bytes
import Conversation
import Exchange
import Hub
import JSON

extension OpenAIChat {
  public static func fault(status: Int, body: ByteSlice) -> Fault {
    guard let value = try? JSONValue.parse(body.span) else {
      return ProviderFault.fault(status: status, kind: nil, message: "")
    }
    return fault(status: status, in: value)
  }

  /// OpenAI's `{"error": {...}}`, Mistral's and vLLM's `{"object": "error", "message": ...}`, what stands in `error` and
  /// `detail` of other servers, which may be texts, lists and objects, and lists of all these.
  package static func fault(status: Int, in value: JSONValue) -> Fault {
    let error = error(in: value)
    var fault = ProviderFault.fault(status: status, kind: nil, message: ProviderFault.words(in: error))
    if let type = word(error?["type"]) { fault.type = type }
    if let code = word(error?["code"]) { fault.code = code }
    fault.param = error?["param"]?.string
    return fault
  }

  private static func error(in value: JSONValue) -> JSONValue? {
    let value = value[0] ?? value
    if let error = value["error"], !error.isNull { return error[0] ?? error }
    return value
  }

  /// Codes are texts; some servers repeat the status there, which is none.
  private static func word(_ value: JSONValue?) -> String? {
    guard let text = value?.string, !text.isEmpty, Int64(text) == nil else { return nil }
    return text
  }
}
