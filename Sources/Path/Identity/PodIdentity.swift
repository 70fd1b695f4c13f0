// PodIdentity: where the agent runs, as Kubernetes tells the sidecar beside it.

/// What the downward API says (kubernetes.io/docs/concepts/workloads/pods/downward-api), under the names that its
/// examples use. All of it is empty outside of a pod.
public struct PodIdentity: Hashable, Sendable {
  /// `metadata.name`, in POD_NAME.
  public let name: String?
  /// `metadata.namespace`, in POD_NAMESPACE.
  public let namespace: String?
  /// `spec.serviceAccountName`, in SERVICE_ACCOUNT.
  public let serviceAccount: String?
  /// Who pays where nobody says more: `pod:agents/researcher-0`, without the namespace where it is not known.
  let user: String?
  /// The same on receipts: `pod=agents/researcher-0`; empty where the pod is not known.
  let label: String

  public init(_ environment: [String: String]) {
    func value(_ variable: String) -> String? { environment[variable].flatMap { $0.isEmpty ? nil : $0 } }
    name = value("POD_NAME")
    let namespace = value("POD_NAMESPACE")
    self.namespace = namespace
    serviceAccount = value("SERVICE_ACCOUNT")
    let path = name.map { name in namespace.map { "\($0)/\(name)" } ?? name }
    user = path.map { "pod:" + $0 }
    label = path.map { "pod=" + $0 } ?? ""
  }
}
