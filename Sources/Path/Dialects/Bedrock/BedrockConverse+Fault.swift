// BedrockConverse+Fault: what Bedrock says went wrong (API_runtime_Converse.html#API_runtime_Converse_Errors).

import Anthropic
import Bytes
import Conversation
import Exchange
import Hub
import JSON

extension BedrockConverse {
  public static func fault(status: Int, body: ByteSlice) -> Fault {
    let value = try? JSONValue.parse(body.span)
    return fault(status: status, message: ProviderFault.words(in: value))
  }

  /// What an exception inside a stream says; its status is the one it has elsewhere.
  static func fault(exception name: String, payload: ByteSlice) -> Fault {
    let status =
      switch name {
      case "validationException", "serviceQuotaExceededException": 400
      case "accessDeniedException": 403
      case "resourceNotFoundException": 404
      case "modelTimeoutException": 408
      case "modelStreamErrorException", "modelErrorException": 424
      case "throttlingException", "modelNotReadyException": 429
      case "serviceUnavailableException": 503
      default: 500
      }
    return fault(status: status, body: payload)
  }

  private static func fault(status: Int, message: String) -> Fault {
    // 424 is the model's failure, whatever the agent asked.
    ProviderFault.fault(
      status: status, kind: status == 424 ? .server : nil, message: String(message.prefix(Limits.messageLengthMax)))
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
