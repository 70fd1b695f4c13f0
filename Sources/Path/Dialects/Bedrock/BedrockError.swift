// BedrockError: the shape in which Amazon's SDKs expect to be told what went wrong.

import Anthropic
import Bytes
import Exchange
import HTTP
import Hub
import JSON

/// SDKs make their exception from `x-amzn-errortype`, from `code` or from `__type`
/// (smithy.io/2.0/aws/protocols/aws-restjson1-protocol.html#operation-error-serialization).
enum BedrockError {
  static func body(of fault: Fault, details: [(name: String, value: JSONValue)]) -> ByteSlice {
    let name = JSONValue.string(name(of: fault))
    var members: [(name: String, value: JSONValue)] = [
      ("message", .string(fault.message)), ("code", name), ("__type", name),
    ]
    if let param = fault.param { members.append(("param", .string(param))) }
    var buffer = ByteBuffer(minimumCapacity: 512)
    JSONValue.object(members + details).write(into: &buffer)
    return buffer.take()
  }

  /// An exception inside a stream: no end follows, so that no SDK takes the stream for complete.
  static func event(of fault: Fault) -> ByteSlice {
    var payload = ByteBuffer(minimumCapacity: 256)
    JSONValue.object([("message", .string(fault.message))]).write(into: &payload)
    var buffer = ByteBuffer(minimumCapacity: 512)
    let exception: StaticString =
      switch fault.status {
      case 429: "throttlingException"
      case 503, 529: "serviceUnavailableException"
      case 400..<500: "validationException"
      default: "internalServerException"
      }
    AmazonEvent.append(exception: exception, payload: payload.take(), to: &buffer)
    return buffer.take()
  }

  private static func name(of fault: Fault) -> String {
    switch fault.status {
    case 401, 403: "AccessDeniedException"
    case 404: "ResourceNotFoundException"
    case 408, 504: "ModelTimeoutException"
    // SDKs send throttled calls again; one without money would only be refused again.
    case _ where fault.type == "insufficient_quota": "ServiceQuotaExceededException"
    case 429: "ThrottlingException"
    case 503, 529: "ServiceUnavailableException"
    case 500...: "InternalServerException"
    default: "ValidationException"
    }
  }
}
