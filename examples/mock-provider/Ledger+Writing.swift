// Ledger in JSON: one call per line.

import Bytes
import JSON

extension Call {
  func write(into buffer: inout ByteBuffer) {
    buffer.append("{\"id\":")
    buffer.append(decimal: id)
    buffer.append(",\"path\":")
    JSONText.appendQuoted(route.path, to: &buffer)
    buffer.append(",\"knobs\":")
    JSONText.appendQuoted(route.knobs.spelled, to: &buffer)
    buffer.append(",\"model\":")
    if let model { JSONText.appendQuoted(model, to: &buffer) } else { buffer.append("null") }
    buffer.append(streams ? ",\"stream\":true,\"status\":" : ",\"stream\":false,\"status\":")
    if let status { buffer.append(decimal: status) } else { buffer.append("null") }
    buffer.append(",\"billed\":")
    Self.writeBilled(promptTokens, completionTokens, into: &buffer)
    buffer.append(",\"classes\":{\"cached_tokens\":")
    buffer.append(decimal: cachedTokens)
    buffer.append(",\"cache_creation_tokens\":")
    buffer.append(decimal: createdTokens)
    buffer.append(",\"reasoning_tokens\":")
    buffer.append(decimal: min(reasoningTokens, completionTokens))
    buffer.append("},\"authorization\":")
    if let authorization { writeFingerprint(authorization, into: &buffer) } else { buffer.append("null") }
    buffer.append(",\"headers\":")
    buffer.append(headers)
    buffer.append(",\"max_tokens\":")
    if let maxTokens { buffer.append(decimal: maxTokens) } else { buffer.append("null") }
    buffer.append(",\"outcome\":\"")
    buffer.append(outcome.rawValue)
    buffer.append("\",\"user\":")
    if let user { JSONText.appendQuoted(user, to: &buffer) } else { buffer.append("null") }
    buffer.append(",\"began\":")
    buffer.append(decimal: began)
    buffer.append(",\"last_billed\":")
    buffer.append(decimal: lastBilled)
    buffer.append("}")
  }

  static func writeBilled(_ prompt: Int, _ completion: Int, into buffer: inout ByteBuffer) {
    buffer.append("{\"prompt_tokens\":")
    buffer.append(decimal: prompt)
    buffer.append(",\"completion_tokens\":")
    buffer.append(decimal: completion)
    buffer.append(",\"total_tokens\":")
    buffer.append(decimal: prompt + completion)
    buffer.append("}")
  }

  private func writeFingerprint(_ fingerprint: UInt32, into buffer: inout ByteBuffer) {
    let digits = String(fingerprint, radix: 16)
    buffer.append("\"")
    buffer.append(String(repeating: "0", count: 8 - digits.utf8.count))
    buffer.append(digits)
    buffer.append("\"")
  }
}
