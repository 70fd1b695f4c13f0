// Workload: which objects of Kubernetes run pods, and where in them the pod is described.

/// A pod, or an object that makes pods of a template.
struct Workload {
  /// `deployment/agent`, as kubectl names it.
  let name: String
  /// Where the pod's own `metadata` and `spec` are; empty for a pod.
  let templatePath: [String]
  /// It is annotated not to be given a sidecar.
  let declines: Bool

  /// nil for objects that run nothing, and for kinds of other groups that happen to have the same name.
  init?(_ object: ManifestNode) {
    guard let kind = object["kind"]?.text, let group = object["apiVersion"]?.text.map(Self.group),
      let path = Self.templatePaths[kind], path.groups.contains(group)
    else { return nil }
    let metadata = object["metadata"]
    name = kind.lowercased() + "/" + (metadata?["name"]?.text ?? metadata?["generateName"]?.text ?? "unnamed")
    templatePath = path.path
    declines = object.declinesInjection
  }

  static let kinds = templatePaths.keys.sorted()

  private static let templatePaths: [String: (groups: Set<String>, path: [String])] = [
    "Pod": ([""], []),
    "Deployment": (["apps"], ["spec", "template"]),
    "StatefulSet": (["apps"], ["spec", "template"]),
    "DaemonSet": (["apps"], ["spec", "template"]),
    "ReplicaSet": (["apps"], ["spec", "template"]),
    "Job": (["batch"], ["spec", "template"]),
    "CronJob": (["batch"], ["spec", "jobTemplate", "spec", "template"]),
  ]

  /// `apps` of `apps/v1`, nothing of `v1`.
  private static func group(_ apiVersion: String) -> String {
    String(apiVersion.split(separator: "/", omittingEmptySubsequences: false).dropLast().first ?? "")
  }
}

extension ManifestNode {
  /// Whether the annotations of this object or pod say so.
  var declinesInjection: Bool {
    self["metadata"]?["annotations"]?[Injection.optOutAnnotation]?.text?.lowercased() == "false"
  }

  /// Gives every pod of this object, or of the List of objects it is, to `body`.
  mutating func forEachPod(
    _ body: (_ pod: inout ManifestNode, _ workload: Workload) throws(ManifestFault) -> Void
  ) throws(ManifestFault) {
    if self["kind"]?.text == "List", let items = self["items"]?.elements {
      var items = items
      for index in items.indices { try items[index].forEachPod(body) }
      self["items"]?.value = .sequence(items)
    } else if let workload = Workload(self) {
      try update(at: workload.templatePath[...], of: workload.name) { pod throws(ManifestFault) in
        try body(&pod, workload)
      }
    }
  }

  private mutating func update(
    at path: ArraySlice<String>, of name: String, _ body: (inout ManifestNode) throws(ManifestFault) -> Void
  ) throws(ManifestFault) {
    guard let first = path.first else { return try body(&self) }
    guard var inner = self[first] else {
      throw ManifestFault("\(name) has no \(first); is it a whole object?", line: line)
    }
    try inner.update(at: path.dropFirst(), of: name, body)
    self[first] = inner
  }
}
