// SignatureCheck: whether a request to AWS is signed, and by whom.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html

import Bytes
import HTTP

struct SignatureCheck {
  private static let algorithm = "AWS4-HMAC-SHA256"
  private static let service = "bedrock"
  /// A signature older or newer than this is refused.
  private static let secondsMax = 15 * 60

  private let request: Request
  private let scope: [String]
  private let signedHeaders: [String]
  private let signature: String

  init(_ request: Request) throws(Refusal) {
    guard let value = request.field("authorization") else {
      throw Self.refusal("MissingAuthenticationTokenException", "Missing Authentication Token")
    }
    guard value.hasPrefix(Self.algorithm + " ") else { throw Self.incomplete }
    var parts: [String: String] = [:]
    for part in value.dropFirst(Self.algorithm.count).split(separator: ",") {
      let pair = part.drop { $0 == " " }.split(separator: "=", maxSplits: 1)
      if pair.count == 2 { parts[String(pair[0])] = String(pair[1]) }
    }
    guard let credential = parts["Credential"], let headers = parts["SignedHeaders"], let signature = parts["Signature"]
    else { throw Self.incomplete }
    self.request = request
    self.signature = signature
    scope = credential.split(separator: "/").map(String.init)
    signedHeaders = headers.split(separator: ";").map(String.init)
  }

  /// Throws unless the request was signed with `secret` by `id` just now; nil for any.
  func verify(id: String?, secret: String?, at now: Int) throws(Refusal) {
    guard scope.count == 5, scope[4] == "aws4_request", scope[1].count == 8 else { throw Self.incomplete }
    guard scope[3] == Self.service else {
      throw Self.refusal(
        "InvalidSignatureException", "Credential should be scoped to correct service: '\(Self.service)'.")
    }
    guard let date = request.field("x-amz-date"), let seconds = Self.seconds(of: date), date.hasPrefix(scope[1]) else {
      throw Self.incomplete
    }
    guard abs(seconds - now) <= Self.secondsMax else {
      throw Self.refusal("InvalidSignatureException", "Signature expired or not yet current: \(date)")
    }
    guard signedHeaders.contains("host"), signedHeaders.contains("x-amz-date"), signedHeaders == signedHeaders.sorted(),
      request.field("x-amz-security-token") == nil || signedHeaders.contains("x-amz-security-token")
    else { throw Self.refusal("InvalidSignatureException", "'Host', 'X-Amz-Date' and any token must be signed.") }
    if let id, id != scope[0] {
      throw Self.refusal("UnrecognizedClientException", "The security token included in the request is invalid.")
    }
    guard let secret else { return }
    guard signature == expected(secret, date) else {
      throw Self.refusal(
        "InvalidSignatureException",
        "The request signature we calculated does not match the signature you provided. Check your AWS Secret Access "
          + "Key and signing method.")
    }
  }

  private func expected(_ secret: String, _ date: String) -> String {
    let terms = scope.dropFirst().joined(separator: "/")
    let digest = SHA256.spelled(SHA256.digest(of: Array(canonicalRequest.utf8)))
    let toSign = [Self.algorithm, date, terms, digest].joined(separator: "\n")
    var key = Array("AWS4\(secret)".utf8)
    for term in scope.dropFirst() { key = SHA256.keyed(key, Array(term.utf8)) }
    return SHA256.spelled(SHA256.keyed(key, Array(toSign.utf8)))
  }

  private var canonicalRequest: String {
    let target = String(request.target)
    let path = target.prefix { $0 != "?" }
    let query = target.drop { $0 != "?" }.dropFirst()
    var lines = [String(request.methodName), String(path).percentEncoded]
    lines.append(query.split(separator: "&").sorted().joined(separator: "&"))
    for name in signedHeaders { lines.append("\(name):\(values(of: name))") }
    lines.append("")
    lines.append(signedHeaders.joined(separator: ";"))
    let body = request.body
    var bytes: [UInt8] = []
    bytes.reserveCapacity(body.count)
    for index in body.span.indices { bytes.append(body.span[index]) }
    lines.append(
      request.field("x-amz-content-sha256") == "UNSIGNED-PAYLOAD"
        ? "UNSIGNED-PAYLOAD" : SHA256.spelled(SHA256.digest(of: bytes)))
    return lines.joined(separator: "\n")
  }

  /// Of all fields called `name`, in order, with single spaces.
  private func values(of name: String) -> String {
    var values: [String] = []
    let head = request.head
    for index in 0..<head.count where head.name(at: index).equalsIgnoringCase(name.utf8.span) {
      values.append(String(head.value(at: index)).split(separator: " ").joined(separator: " "))
    }
    return values.joined(separator: ",")
  }

  /// Since 1970, of `20130524T000000Z`.
  private static func seconds(of date: String) -> Int? {
    let digits = date.utf8.filter { $0 != UInt8(ascii: "T") && $0 != UInt8(ascii: "Z") }
    guard date.utf8.count == 16, digits.count == 14, let number = Int(String(decoding: digits, as: UTF8.self)) else {
      return nil
    }
    let (year, month, day) = (number / 10_000_000_000, number / 100_000_000 % 100, number / 1_000_000 % 100)
    // Days since 1970, with years that begin in March.
    let march = month > 2 ? year : year - 1
    let days =
      365 * march + march / 4 - march / 100 + march / 400 + (153 * ((month + 9) % 12) + 2) / 5 + day - 1 - 719_468
    return days * 86400 + number / 10000 % 100 * 3600 + number / 100 % 100 * 60 + number % 100
  }

  private static var incomplete: Refusal {
    refusal(
      "IncompleteSignatureException",
      "Authorization header requires 'Credential', 'Signature' and 'SignedHeaders', and 'X-Amz-Date' beside it.")
  }

  private static func refusal(_ type: String, _ message: String) -> Refusal {
    Refusal(status: 403, message: message, awsType: type)
  }
}

extension String {
  /// A path with everything but slashes and unreserved characters encoded, percent signs too: AWS signs paths twice
  /// encoded.
  fileprivate var percentEncoded: String {
    var text = ""
    for byte in utf8 {
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "/"), UInt8(ascii: "-"), UInt8(ascii: "_"),
        UInt8(ascii: "."), UInt8(ascii: "~"):
        text.unicodeScalars.append(Unicode.Scalar(byte))
      default:
        let digits = String(byte, radix: 16, uppercase: true)
        text += digits.count == 1 ? "%0" + digits : "%" + digits
      }
    }
    return text
  }
}
