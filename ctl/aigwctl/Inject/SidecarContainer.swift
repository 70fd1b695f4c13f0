// SidecarContainer: what stands in a pod once it has a sidecar: a container, its volumes, and how it is held in check.

/// Which sidecar, and where its policy comes from.
struct SidecarContainer {
  enum Mode: Hashable {
    /// Policy and leases come from the aigwd of the node.
    case daemon
    /// It is its own authority. Its policy is in a ConfigMap, or made of the keys it finds in its environment.
    case alone(policyConfigMap: String?)
  }

  let image: String
  let mode: Mode
  /// Names of Secrets whose keys become variables of the sidecar, and of nobody else.
  let secrets: [String]

  static let name = "aigw"
  /// All the names a volume of ours may have.
  static let volumeNames = ["aigw-state", "aigw-control", "aigw-policy"]
  /// Agents are in the same pod, so they share its loopback interface.
  static let agentAddress = "127.0.0.1:4000"
  static let ports = [4000, adminPort]
  private static let adminPort = 4001
  /// The user of the image, and the group for which aigwd opens its socket.
  private static let user: ManifestNode = 65532

  /// A container of `initContainers` that Kubernetes from 1.29 on starts first, keeps running and stops last.
  var container: ManifestNode {
    var container: ManifestNode = [
      "name": .text(Self.name),
      "image": .text(image),
      "restartPolicy": "Always",
      "env": ManifestNode(value: .sequence(variables)),
    ]
    if !secrets.isEmpty {
      container["envFrom"] = ManifestNode(
        value: .sequence(secrets.map { ["secretRef": ["name": .text($0)]] }))
    }
    container["ports"] = [["name": "aigw-admin", "containerPort": 4001, "protocol": "TCP"]]
    // Agents start when it is ready to serve them.
    container["startupProbe"] = Self.probe("/readyz", periodSeconds: 1, failureThreshold: 60)
    container["readinessProbe"] = Self.probe("/readyz", periodSeconds: 5, failureThreshold: 2)
    container["livenessProbe"] = Self.probe("/healthz", periodSeconds: 10, failureThreshold: 3)
    // No limit of CPU: it would only delay calls. Bodies of requests are held in memory while they are open.
    container["resources"] = [
      "requests": ["cpu": "10m", "memory": "32Mi"], "limits": ["memory": "256Mi"],
    ]
    container["securityContext"] = [
      "runAsNonRoot": true, "runAsUser": Self.user, "runAsGroup": Self.user, "readOnlyRootFilesystem": true,
      "allowPrivilegeEscalation": false, "capabilities": ["drop": ["ALL"]],
      "seccompProfile": ["type": "RuntimeDefault"],
    ]
    container["volumeMounts"] = ManifestNode(value: .sequence(mounts))
    return container
  }

  var volumes: [ManifestNode] {
    let state: ManifestNode = ["name": "aigw-state", "emptyDir": [:]]
    switch mode {
    case .daemon:
      return [state, ["name": "aigw-control", "hostPath": ["path": "/run/aigw", "type": "Directory"]]]
    case .alone(let configMap?):
      return [state, ["name": "aigw-policy", "configMap": ["name": .text(configMap)]]]
    case .alone(nil): return [state]
    }
  }

  private var variables: [ManifestNode] {
    var variables: [ManifestNode] = [
      ["name": "AIGW_LISTEN", "value": .text(Self.agentAddress)],
      // Probes come from outside of the pod.
      ["name": "AIGW_ADMIN", "value": .text("0.0.0.0:\(Self.adminPort)")],
      ["name": "AIGW_STATE", "value": "/var/lib/aigw"],
    ]
    switch mode {
    case .daemon: variables.append(["name": "AIGW_CONTROL", "value": "unix:/run/aigw/control.sock"])
    case .alone(.some): variables.append(["name": "AIGW_POLICY", "value": "/etc/aigw/aigw.yaml"])
    case .alone(nil): break
    }
    let facts: KeyValuePairs = [
      "POD_NAME": "metadata.name", "POD_NAMESPACE": "metadata.namespace", "SERVICE_ACCOUNT": "spec.serviceAccountName",
      "NODE_NAME": "spec.nodeName",
    ]
    for (name, path) in facts {
      variables.append(["name": .text(name), "valueFrom": ["fieldRef": ["fieldPath": .text(path)]]])
    }
    return variables
  }

  private var mounts: [ManifestNode] {
    let state: ManifestNode = ["name": "aigw-state", "mountPath": "/var/lib/aigw"]
    switch mode {
    case .daemon: return [state, ["name": "aigw-control", "mountPath": "/run/aigw", "readOnly": true]]
    // The folder, not the file: Kubernetes replaces the file when the ConfigMap changes, and the sidecar notices.
    case .alone(.some): return [state, ["name": "aigw-policy", "mountPath": "/etc/aigw", "readOnly": true]]
    case .alone(nil): return [state]
    }
  }

  private static func probe(_ path: String, periodSeconds: Int, failureThreshold: Int) -> ManifestNode {
    [
      "httpGet": ["path": .text(path), "port": 4001],
      "periodSeconds": ManifestNode(integerLiteral: periodSeconds), "timeoutSeconds": 2,
      "failureThreshold": ManifestNode(integerLiteral: failureThreshold),
    ]
  }
}
