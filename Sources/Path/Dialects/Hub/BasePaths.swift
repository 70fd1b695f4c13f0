// BasePaths: where on a backend its API stands, and how a path is written under it.

import Bytes
import Exchange

public struct BasePaths: Sendable {
  /// What comes before `/chat/completions` of OpenAI's dialect.
  public let openAI: ByteSlice
  /// The same for the provider's own dialect: Gemini's does not stand under `/openai`.
  public let native: ByteSlice
  /// Azure's dated API, whose paths name the model.
  public let apiVersion: String?

  public init(openAI: String, native: String, apiVersion: String?) {
    self.openAI = ByteSlice(openAI)
    self.native = ByteSlice(native)
    self.apiVersion = apiVersion
  }
}

extension Endpoint {
  /// The path as it came, under `base` in the place of its version (`/v1`), and the query.
  package func appendAsIs(under base: ByteSlice, to head: inout ByteBuffer) {
    head.append(base)
    appendPath(to: &head)
    head.append(query)
  }

  /// The path behind its version, for which the backend's base stands.
  package func appendPath(to head: inout ByteBuffer) {
    let path = path.span
    let count = path.starts(with: "/v1beta/") ? 7 : path.starts(with: "/v1/") ? 3 : 0
    head.append(path.extracting(count..<path.count))
  }
}

extension ByteBuffer {
  /// Text as a part of a path: what is neither unreserved nor `@` is encoded (RFC 3986 2.1).
  package mutating func append(percentEncoded text: String, keepsSlashes: Bool = false) {
    for byte in text.utf8 {
      switch byte {
      case 48...57, 65...90, 97...122, UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "~"),
        UInt8(ascii: "@"):
        append(byte: byte)
      case UInt8(ascii: "/") where keepsSlashes: append(byte: byte)
      default:
        append("%")
        append(byte < 16 ? "0" : "")
        append(String(byte, radix: 16, uppercase: true))
      }
    }
  }
}
