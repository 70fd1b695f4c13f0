// CohereChat+Fault: what a reply of a bad status says (docs.cohere.com/reference/errors).

import Bytes
import Exchange
import Hub
import JSON

extension CohereChat {
  /// `{"id": ..., "message": ...}`; the end of a stream that failed says it in `delta.error`.
  public static func fault(status: Int?, body: ByteSlice) -> Fault {
    let value = try? JSONValue.parse(body.span)
    let delta = value?["delta"]
    let reason = delta?["finish_reason"]?.string ?? value?["finish_reason"]?.string
    let code = value?["status_code"]?.integer.flatMap { (400...599).contains($0) ? Int($0) : nil }
    return fault(status: status ?? code, reason: reason, message: ProviderFault.words(in: delta ?? value))
  }

  /// - Parameter reason: why the answer ended, where one had begun; it stands for words that are missing.
  static func fault(status: Int?, reason: String?, message words: String) -> Fault {
    // Words that are missing are made up for by the reason.
    let message = words.isEmpty && status == nil ? reason.map { ProviderFault.brokenOff($0).message } ?? "" : words
    let kind: ProviderFault.Kind? =
      switch status {
      // The model is overloaded while it streams.
      case 499: .server
      case nil: reason == "TIMEOUT" ? .timeout : saysLimitIsReached(message) ? .rateLimit : .server
      default: nil
      }
    return ProviderFault.fault(status: status, kind: kind, message: message)
  }

  /// Inside a stream Cohere has no name for it, only words: `too many requests`, `You have reached the rate limit ...`.
  private static func saysLimitIsReached(_ message: String) -> Bool {
    let words = message.lowercased().split { !$0.isLetter }
    return words.contains("rate") && words.contains("limit") || words.contains("many") && words.contains("requests")
  }
}
