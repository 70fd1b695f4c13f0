// Injection: puts a sidecar into a pod and leads the pod's agents to it.

struct Injection {
  static let optOutAnnotation = "aigw.io/inject"

  let sidecar: SidecarContainer
  let version: String
  /// The containers to lead to the sidecar; nil for all of `containers`.
  let agents: [String]?

  /// What became of the pods, for the person who runs it.
  struct Outcome {
    var injectedCount = 0
    /// Agents that were found, of those that were asked for by name.
    var found: Set<String> = []
    /// What was left as it is and why.
    var notes: [String] = []
  }

  /// What an earlier injection added is taken out first, so injecting twice is injecting once, and a newer sidecar
  /// replaces an older one.
  func apply(to pod: inout ManifestNode, of workload: Workload, _ outcome: inout Outcome) throws(ManifestFault) {
    let name = workload.name
    if workload.declines || pod.declinesInjection {
      outcome.notes.append("\(name): is annotated \(Self.optOutAnnotation): \"false\" and stays as it is")
      return
    }
    try Removal.apply(to: &pod, of: workload)
    guard var spec = pod["spec"] else { throw ManifestFault("\(name) has no spec; is it a whole object?") }
    try refuseForeigners(in: spec, named: name)
    var record = InjectionRecord()
    for list in ["containers", "initContainers"] {
      guard var containers = spec[list]?.elements else { continue }
      for index in containers.indices where isAgent(containers[index], in: list) {
        try lead(&containers[index], of: name, &record, &outcome)
      }
      spec[list]?.value = .sequence(containers)
    }
    // First, so that it runs before everything that may call a model, and ends after it.
    try spec.open("initContainers", as: "spec.initContainers", &record, empty: [])
    spec["initContainers"]?.add(before: [sidecar.container])
    try spec.open("volumes", as: "spec.volumes", &record, empty: [])
    spec["volumes"]?.add(after: sidecar.volumes)
    pod["spec"] = spec
    try annotate(&pod, record)
    outcome.injectedCount += 1
    if spec["hostNetwork"]?.text == "true" {
      let ports = SidecarContainer.ports.map(String.init).joined(separator: " and ")
      outcome.notes.append("\(name): shares the network of its node, where ports \(ports) must be free")
    }
  }

  private func isAgent(_ container: ManifestNode, in list: String) -> Bool {
    guard let agents else { return list == "containers" }
    return container["name"]?.text.map(agents.contains) ?? false
  }

  /// Nothing that is not of this program may bear its names, or could be taken for it later.
  private func refuseForeigners(in spec: ManifestNode, named name: String) throws(ManifestFault) {
    guard let containers = spec["containers"]?.elements, !containers.isEmpty else {
      throw ManifestFault("\(name): its spec has no list of containers; is it a whole object?", line: spec.line)
    }
    var names: Set<String> = []
    for container in containers + (spec["initContainers"]?.elements ?? []) {
      guard let own = container["name"]?.text else {
        throw ManifestFault("\(name): a container has no name", line: container.line)
      }
      if own == SidecarContainer.name {
        throw .refusal(
          "\(name): has a container named aigw that aigwctl did not inject; rename it or take it out",
          line: container.line)
      }
      if !names.insert(own).inserted {
        throw ManifestFault("\(name): has two containers named \(own.quoted)", line: container.line)
      }
    }
    for volume in spec["volumes"]?.elements ?? [] {
      if let own = volume["name"]?.text, SidecarContainer.volumeNames.contains(own) {
        throw .refusal(
          "\(name): has a volume named \(own) that aigwctl did not inject; rename it or take it out", line: volume.line)
      }
    }
  }

  /// Adds the variables to one container.
  private func lead(
    _ container: inout ManifestNode, of pod: String, _ record: inout InjectionRecord, _ outcome: inout Outcome
  ) throws(ManifestFault) {
    guard let name = container["name"]?.text else { return }
    outcome.found.insert(name)
    let place = "\(pod): container \(name)"
    let present = Set((container["env"]?.elements ?? []).compactMap { $0["name"]?.text })
    let hasOtherSources = container["envFrom"]?.isEmpty == false
    let additions = AgentVariables.additions(present: present, hasOtherSources: hasOtherSources)
    if !additions.kept.isEmpty {
      outcome.notes.append("\(place): sets \(additions.kept.joined(separator: ", ")) itself, which stays as it is")
    }
    if hasOtherSources {
      outcome.notes.append("\(place): takes variables from envFrom, so no placeholder keys were added")
    }
    let proxies = ["HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"].filter(present.contains)
    if let proxy = proxies.first {
      outcome.notes.append("\(place): sets \(proxy); unless NO_PROXY has 127.0.0.1, calls pass the sidecar by")
    }
    for port in container["ports"]?.elements ?? [] {
      if let number = port["containerPort"]?.text.flatMap({ Int($0) }), SidecarContainer.ports.contains(number) {
        outcome.notes.append("\(place): listens on port \(number), which the sidecar needs")
      }
    }
    if additions.variables.isEmpty { return }
    try container.open("env", as: "\(name).env", &record, empty: [])
    container["env"]?.add(
      after: additions.variables.map { ["name": .text($0.name), "value": .text($0.value)] })
    record.variables.append((name, additions.variables.map(\.name)))
  }

  private func annotate(_ pod: inout ManifestNode, _ record: InjectionRecord) throws(ManifestFault) {
    var record = record
    try pod.open("metadata", as: "metadata", &record, empty: [:])
    guard var metadata = pod["metadata"] else { return }
    try metadata.open("annotations", as: "metadata.annotations", &record, empty: [:])
    metadata["annotations"]?.isFlow = false
    metadata["annotations"]?[InjectionRecord.versionAnnotation] = .text(version)
    metadata["annotations"]?[InjectionRecord.annotation] = ManifestNode(value: .scalar(record.text, .singleQuoted))
    pod["metadata"] = metadata
  }
}

extension ManifestNode {
  /// Makes the member `name` a list or a mapping, like `empty`, where it is none, and notes that.
  fileprivate mutating func open(
    _ name: String, as path: String, _ record: inout InjectionRecord, empty: ManifestNode
  ) throws(ManifestFault) {
    guard let member = self[name] else {
      record.made.append((path, nil))
      self[name] = empty
      return
    }
    if case .scalar(let spelled, _) = member.value, member.isNull {
      record.made.append((path, spelled))
      self[name] = empty
    } else if (member.elements == nil) != (empty.elements == nil) {
      throw ManifestFault("\(path) must be \(empty.kind), and is \(member.kind)", line: member.line)
    }
  }
}
