// SigV4: the header lines that sign a request to AWS
// (docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html).

import Bytes
import Exchange
import Meters
import TLS

/// Signs for one region and service. The fields signed are the host and our own: others may be changed on the way
/// without harm, and the method, the path, the query and the body are what matters.
struct SigV4: Sendable {
  let region: String
  let service: String
  /// The key of a day, which four rounds of hashing make from the secret one.
  private var dayKey: DayKey?

  private struct DayKey: Sendable {
    let day: String
    let secret: String
    let key: Digest
  }

  init(region: String, service: String) {
    self.region = region
    self.service = service
  }

  /// `x-amz-date`, `x-amz-security-token` where the keys have one, and `authorization`, as lines of a head.
  ///
  /// - Parameters:
  ///   - target: path and query as they are sent.
  ///   - host: the value of the Host field.
  mutating func lines(
    method: String, target: String, host: String, body: Digest, keys: AWSKeys, at now: WallTime
  ) -> ByteSlice {
    let time = WallTime(milliseconds: now.milliseconds / 1000 * 1000).iso8601.filter { $0 != "-" && $0 != ":" }
    let day = String(time.prefix(8))
    let scope = "\(day)/\(region)/\(service)/aws4_request"
    var fields = "host:\(host)\nx-amz-date:\(time)\n"
    var names = "host;x-amz-date"
    if let token = keys.sessionToken {
      fields += "x-amz-security-token:\(token)\n"
      names += ";x-amz-security-token"
    }
    let parts = target.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
    let canonical =
      "\(method)\n\(Self.canonicalPath(parts[0]))\n\(parts.count > 1 ? Self.canonicalQuery(parts[1]) : "")\n"
      + "\(fields)\n\(names)\n\(body.hexadecimal)"
    let text = "AWS4-HMAC-SHA256\n\(time)\n\(scope)\n\(Digest(of: canonical.utf8.span).hexadecimal)"
    let key = key(of: day, keys.secretAccessKey)
    let signature = Digest(authenticating: text.utf8.span, with: key.span).hexadecimal
    var lines = ByteBuffer()
    lines.append("x-amz-date: \(time)\r\n")
    if let token = keys.sessionToken { lines.append("x-amz-security-token: \(token)\r\n") }
    lines.append(
      "authorization: AWS4-HMAC-SHA256 Credential=\(keys.accessKeyID)/\(scope), SignedHeaders=\(names), "
        + "Signature=\(signature)\r\n")
    return lines.take()
  }

  private mutating func key(of day: String, _ secret: String) -> Digest {
    if let dayKey, dayKey.day == day, dayKey.secret == secret { return dayKey.key }
    var key = Digest(authenticating: day.utf8.span, with: "AWS4\(secret)".utf8.span)
    for part in [region, service, "aws4_request"] { key = Digest(authenticating: part.utf8.span, with: key.span) }
    dayKey = DayKey(day: day, secret: secret, key: key)
    return key
  }

  /// The path without its `.`, `..` and empty segments, encoded once more: AWS asks for that of all services but S3.
  static func canonicalPath(_ path: Substring) -> String {
    var segments: [Substring] = []
    let written = path.split(separator: "/", omittingEmptySubsequences: true)
    for segment in written {
      switch segment {
      case ".": continue
      case "..": _ = segments.popLast()
      default: segments.append(segment)
      }
    }
    var text = ""
    for segment in segments { text += "/" + encoded(segment) }
    return segments.isEmpty || path.hasSuffix("/") ? text + "/" : text
  }

  /// Parameters in the order of their names, and of their values among equal names. They are encoded as they are sent.
  static func canonicalQuery(_ query: Substring) -> String {
    let pairs = query.split(separator: "&").map { parameter in
      let parts = parameter.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      return (name: Array(parts[0].utf8), value: parts.count > 1 ? Array(parts[1].utf8) : [])
    }
    let sorted = pairs.sorted { left, right in
      left.name == right.name
        ? left.value.lexicographicallyPrecedes(right.value) : left.name.lexicographicallyPrecedes(right.name)
    }
    return sorted.map { String(decoding: $0.name + [61] + $0.value, as: UTF8.self) }.joined(separator: "&")
  }

  /// RFC 3986 2.3: everything but letters, digits and `-._~`.
  static func encoded(_ text: Substring) -> String {
    var bytes: [UInt8] = []
    let digits = Array("0123456789ABCDEF".utf8)
    for byte in text.utf8 {
      switch byte {
      case 48...57, 65...90, 97...122, 45, 46, 95, 126: bytes.append(byte)
      default: bytes += [37, digits[Int(byte >> 4)], digits[Int(byte & 15)]]
      }
    }
    return String(decoding: bytes, as: UTF8.self)
  }
}
