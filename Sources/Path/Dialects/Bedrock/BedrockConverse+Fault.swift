// BedrockConverse+Fault: what Bedrock says went wrong (API_runtime_Converse.html#API_runtime_Converse_Errors).

import Anthropic
import Bytes
import Conversation
import Exchange
import Hub
import JSON

extension BedrockConverse {
  /// Under a good status the exception's name may stand in the body, as its last word: `com.amazon.coral#Throttling...`.
  public static func fault(status: Int?, body: ByteSlice) -> Fault {
    let value = try? JSONValue.parse(body.span)
    let name = value?["__type"]?.string ?? value?["code"]?.string ?? ""
    let status = status ?? Self.status(ofException: String(name.split(separator: "#").last ?? ""))
    return ProviderFault.fault(status: status, kind: nil, message: ProviderFault.words(in: value))
  }

  /// What an exception inside a stream says; its status is the one it has elsewhere.
  public static func fault(exception name: String, payload: ByteSlice) -> Fault {
    fault(status: status(ofException: name), body: payload)
  }

  /// Streams spell exceptions with a small first letter, replies with a capital one.
  private static func status(ofException name: String) -> Int {
    switch name.prefix(1).lowercased() + name.dropFirst() {
    case "validationException", "serviceQuotaExceededException": 400
    case "accessDeniedException": 403
    case "resourceNotFoundException": 404
    case "modelTimeoutException": 408
    case "modelStreamErrorException", "modelErrorException": 424
    case "throttlingException", "modelNotReadyException": 429
    case "serviceUnavailableException": 503
    default: 500
    }
  }

  /// Bedrock's name for a fault, as it stands in a stream.
  static func exception(of fault: Fault) -> StaticString {
    switch fault.status {
    case 429: "throttlingException"
    case 503, 529: "serviceUnavailableException"
    case 400..<500 where fault.party == .agent: "validationException"
    case 424: "modelStreamErrorException"
    case 400..<500: "validationException"
    default: "internalServerException"
    }
  }
}
