// CohereChat+Fault: what a reply of a bad status says (docs.cohere.com/reference/errors).

import Bytes
import Exchange
import Hub
import JSON

extension CohereChat {
  /// `{"id": ..., "message": ...}`.
  public static func fault(status: Int, body: ByteSlice) -> Fault {
    let value = try? JSONValue.parse(body.span)
    let message = ProviderFault.words(in: value)
    let kind: ProviderFault.Kind? =
      switch status {
      // A payment is missing; the model is overloaded while it streams.
      case 402: .permission
      case 499: .server
      default: nil
      }
    return ProviderFault.fault(status: status, kind: kind, message: message)
  }
}
