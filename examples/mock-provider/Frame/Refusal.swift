// Refusal: why a request is not answered, before any dialect has worded it.

/// A status, and what a person should know.
struct Refusal: Error, Sendable {
  let status: Int
  let message: String
  /// OpenAI's type of error; nil for the one its status has.
  var type: String?
  /// The field at fault, as the dialect spells its place.
  var param: String?
  var code: String?
  /// AWS's exception; nil for the one its status has.
  var awsType: String?

  /// 400: the request is at fault, in its field `param` where there is one.
  static func invalid(_ message: String, param: String? = nil, code: String? = nil) -> Refusal {
    Refusal(status: 400, message: message, param: param, code: code)
  }

  static func unknownModel(_ model: String) -> Refusal {
    Refusal(
      status: 404, message: "The model `\(model)` does not exist or you do not have access to it.",
      code: "model_not_found")
  }

  static func wrongKey() -> Refusal {
    Refusal(status: 401, message: "Incorrect API key provided.", code: "invalid_api_key")
  }

  static func wrongMethod(_ allowed: String) -> Refusal {
    Refusal(
      status: 405, message: "Not allowed: this path wants \(allowed).", code: "method_not_supported")
  }

  static func nowhere(_ path: String) -> Refusal {
    Refusal(status: 404, message: "Invalid URL (\(path))", code: "unknown_url")
  }

  /// What the knob `fail-after` has a stream say.
  static let failed = Refusal(status: 529, message: "The mock provider was asked to fail here.")

  /// The error the knob `status` asks for, with the type and code OpenAI gives that status.
  static func asked(_ status: Int) -> Refusal {
    let (type, code): (String?, String?) =
      switch status {
      case 401: (nil, "invalid_api_key")
      case 403: (nil, "unsupported_country_region_territory")
      case 404: (nil, "model_not_found")
      case 429: ("requests", "rate_limit_exceeded")
      case 503: (nil, "service_unavailable")
      default: (nil, nil)
      }
    return Refusal(
      status: status, message: "The mock provider was asked to answer \(status).", type: type, code: code)
  }
}
