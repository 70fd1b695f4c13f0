// Refusal, in each dialect's words.

import Bytes
import JSON

extension Refusal {
  /// The body of the error. Gemini says in it when to come again.
  func write(in dialect: Dialect, retryAfterSeconds: Int? = nil, into buffer: inout ByteBuffer) {
    var writer = JSONWriter()
    writer.object {
      switch dialect {
      case .openAI, .responses: $0.object("error") { writeOpenAI(to: &$0) }
      case .anthropic:
        $0.member("type", "error")
        $0.object("error") {
          $0.member("type", anthropicType)
          $0.member("message", message)
        }
        $0.member("request_id", "req_mock")
      case .gemini: $0.object("error") { writeGoogle(retryAfterSeconds, to: &$0) }
      case .bedrock: $0.member("message", message)
      case .cohere:
        $0.member("id", "mock-error")
        $0.member("message", message)
      }
    }
    buffer.append(writer.take())
    buffer.append("\n")
  }

  func writeOpenAI(to writer: inout JSONWriter) {
    writer.member("message", message)
    writer.member("type", type ?? (status >= 500 ? "server_error" : "invalid_request_error"))
    for (name, value) in [("param" as StaticString, param), ("code", code)] {
      writer.name(name)
      if let value { writer.string(value) } else { writer.null() }
    }
  }

  /// https://docs.anthropic.com/en/api/errors
  var anthropicType: String {
    switch status {
    case 401: "authentication_error"
    case 402: "billing_error"
    case 403: "permission_error"
    case 404: "not_found_error"
    case 413: "request_too_large"
    case 429: "rate_limit_error"
    case 504: "timeout_error"
    case 529: "overloaded_error"
    case 500...: "api_error"
    default: "invalid_request_error"
    }
  }

  /// https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_Converse.html#API_runtime_Converse_Errors
  var bedrockType: String {
    if let awsType { return awsType }
    return switch status {
    case 401: "UnrecognizedClientException"
    case 403: "AccessDeniedException"
    case 404: "ResourceNotFoundException"
    case 408: "ModelTimeoutException"
    case 424: "ModelErrorException"
    case 429: "ThrottlingException"
    case 503: "ServiceUnavailableException"
    case 500...: "InternalServerException"
    default: "ValidationException"
    }
  }

  /// google.rpc.Status and google.rpc.RetryInfo.
  private func writeGoogle(_ retryAfterSeconds: Int?, to writer: inout JSONWriter) {
    writer.member("code", Int64(status))
    writer.member("message", message)
    writer.member("status", googleStatus)
    guard status == 429 || status == 503, let retryAfterSeconds else { return }
    writer.name("details")
    writer.beginArray()
    writer.object {
      $0.member("@type", "type.googleapis.com/google.rpc.RetryInfo")
      $0.member("retryDelay", "\(retryAfterSeconds)s")
    }
    writer.endArray()
  }

  private var googleStatus: String {
    switch status {
    case 401: "UNAUTHENTICATED"
    case 403: "PERMISSION_DENIED"
    case 404: "NOT_FOUND"
    case 409: "ABORTED"
    case 429: "RESOURCE_EXHAUSTED"
    case 499: "CANCELLED"
    case 501: "UNIMPLEMENTED"
    case 503: "UNAVAILABLE"
    case 504: "DEADLINE_EXCEEDED"
    case 500...: "INTERNAL"
    default: "INVALID_ARGUMENT"
    }
  }
}
