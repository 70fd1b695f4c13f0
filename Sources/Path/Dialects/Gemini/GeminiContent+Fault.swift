// GeminiContent+Fault: what a reply of a bad status says (google.rpc.Status, AIP-193;
// ai.google.dev/gemini-api/docs/troubleshooting).

import Bytes
import Exchange
import Hub
import JSON

extension GeminiContent {
  /// `{"error":{"code":...,"message":...,"status":...}}`; streams without server-sent events wrap it in an array.
  public static func fault(status: Int?, body: ByteSlice) -> Fault {
    let whole = try? JSONValue.parse(body.span)
    let value = whole?[0] ?? whole
    let error = value?["error"]
    let code = error?["code"]?.integer.flatMap { (400...599).contains($0) ? Int($0) : nil }
    // What proxies put in front of it says less than its own code.
    let told = status.flatMap { (400...599).contains($0) && $0 != 502 ? $0 : nil }
    let status = told ?? code ?? status
    let message = ProviderFault.words(in: error ?? value)
    let reason = error?["status"]?.string ?? ""
    return ProviderFault.fault(status: status, kind: kind(of: reason), message: message)
  }

  /// The canonical codes (google.rpc.Code).
  private static func kind(of reason: String) -> ProviderFault.Kind? {
    switch reason {
    case "INVALID_ARGUMENT", "FAILED_PRECONDITION", "OUT_OF_RANGE": .invalid
    case "UNAUTHENTICATED": .authentication
    case "PERMISSION_DENIED": .permission
    case "NOT_FOUND": .notFound
    case "RESOURCE_EXHAUSTED": .rateLimit
    case "UNAVAILABLE": .overloaded
    case "DEADLINE_EXCEEDED": .timeout
    case "INTERNAL", "UNKNOWN", "DATA_LOSS", "ABORTED", "CANCELLED", "UNIMPLEMENTED": .server
    default: nil
    }
  }
}
