// PolicySource+Options: where a lone sidecar's policy comes from: a file or folder, or the environment.

import Authority
import Policy

extension PolicySource {
  /// Throws every fault of an environment that names no usable provider.
  init(_ options: Options, environment: [String: String]) throws(PolicySourceError) {
    if let path = options.policy {
      self = .files(path)
      return
    }
    do throws(PolicyError) {
      self = .document(try Policy.document(fromEnvironment: environment), name: "environment")
    } catch { throw .invalid(error.diagnostics) }
  }
}
