// Removal: takes out of a pod what an injection put in, by its record, and nothing else.

enum Removal {
  /// What the user changed since then stays, and so does a pod that was never injected.
  static func apply(to pod: inout ManifestNode, of workload: Workload) throws(ManifestFault) {
    guard let annotations = pod["metadata"]?["annotations"], annotations[InjectionRecord.versionAnnotation] != nil
    else { return }
    let written = annotations[InjectionRecord.annotation]
    guard let record = written?.text.flatMap({ InjectionRecord($0) }), var spec = pod["spec"] else {
      throw .refusal(
        "\(workload.name): the annotation \(InjectionRecord.annotation) does not say what was injected; "
          + "take the container aigw and its volumes out by hand",
        line: written?.line ?? annotations.line)
    }
    for list in ["containers", "initContainers"] {
      guard let containers = spec[list]?.elements else { continue }
      spec[list]?.value = .sequence(
        containers.compactMap { $0.isNamed(SidecarContainer.name) ? nil : restored($0, record) })
    }
    let volumes = (spec["volumes"]?.elements ?? []).filter { volume in
      !SidecarContainer.volumeNames.contains { volume.isNamed($0) }
    }
    spec["volumes"]?.value = .sequence(volumes)
    spec.close("initContainers", as: "spec.initContainers", record)
    spec.close("volumes", as: "spec.volumes", record)
    pod["spec"] = spec
    pod["metadata"]?["annotations"]?[InjectionRecord.versionAnnotation] = nil
    pod["metadata"]?["annotations"]?[InjectionRecord.annotation] = nil
    pod["metadata"]?.close("annotations", as: "metadata.annotations", record)
    pod.close("metadata", as: "metadata", record)
  }

  private static func restored(_ container: ManifestNode, _ record: InjectionRecord) -> ManifestNode {
    var container = container
    guard let name = container["name"]?.text, let names = record.variables.first(where: { $0.container == name })?.names
    else { return container }
    let kept = (container["env"]?.elements ?? []).filter { variable in !names.contains { variable.isNamed($0) } }
    container["env"]?.value = .sequence(kept)
    container.close("env", as: "\(name).env", record)
    return container
  }
}

extension ManifestNode {
  /// Makes the member `name` what it was before the injection made a list or a mapping of it, if that is empty again.
  fileprivate mutating func close(_ name: String, as path: String, _ record: InjectionRecord) {
    guard let made = record.made.first(where: { $0.path == path }), self[name]?.isEmpty == true else { return }
    self[name] = made.was.map { ManifestNode(value: .scalar($0, .plain)) }
  }
}
