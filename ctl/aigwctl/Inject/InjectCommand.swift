// InjectCommand: manifests in, the same manifests with a sidecar out.

import ArgumentParser
import Exchange
import Reactor

struct InjectCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "inject", abstract: "Adds the sidecar to the pods of Kubernetes manifests.",
    discussion: """
      kubectl get deploy agent -o yaml | aigwctl inject - | kubectl apply -f -

      Changes \(Workload.kinds.joined(separator: ", ")), and Lists of them; other objects pass through. YAML stays YAML \
      and JSON stays JSON; names, order and quotes are kept, comments are lost, anchors are written out. Injecting twice \
      is injecting once: what an earlier run added is replaced. uninject takes it out again.

      The sidecar is a native one, for Kubernetes 1.29 and later: an init container that runs as long as the pod does. \
      Agents get the base URL variables of their SDKs, and a placeholder where an SDK wants a key and the container has \
      none; what they set themselves stays and is told on standard error. A pod annotated aigw.io/inject: "false" stays \
      as it is.
      """)

  enum Authority: String, CaseIterable, ExpressibleByArgument {
    case daemon
    case alone
  }

  @Argument(help: ArgumentHelp("YAML or JSON; - for standard input.", valueName: "file"), completion: .file())
  var files: [String] = ["-"]

  @Option(
    help: """
      Whose policy it serves: of the aigwd on its node, through /run/aigw/control.sock, or its own. Without an aigwd on \
      the node a pod of mode daemon waits for one.
      """)
  var mode: Authority = .daemon

  @Option(help: "The image, such as examples/kubernetes/Dockerfile makes it.")
  var image = "aigw:\(Release.version)"

  @Option(
    help: ArgumentHelp(
      "In mode alone, the ConfigMap whose key aigw.yaml is the policy. Without it the keys of --secret make one.",
      valueName: "name"))
  var policyConfigmap: String?

  @Option(
    help: ArgumentHelp(
      "A Secret with the keys of providers, such as OPENAI_API_KEY, for the sidecar alone; may be repeated.",
      valueName: "name"))
  var secret: [String] = []

  @Option(
    help: ArgumentHelp(
      "The containers that are agents, with commas between them; otherwise all but init containers.", valueName: "names"
    ))
  var containers: String?

  func validate() throws {
    if mode == .daemon, policyConfigmap != nil {
      throw ValidationError("--policy-configmap needs --mode alone; in mode daemon the policy is aigwd's")
    }
    if mode == .alone, policyConfigmap == nil, secret.isEmpty {
      throw ValidationError("--mode alone needs a policy: --policy-configmap, or --secret with keys that make one")
    }
    let names = [("--policy-configmap", policyConfigmap)] + secret.map { ("--secret", $0) }
    for case (let flag, let name?) in names where !Self.isName(name) {
      throw ValidationError("\(flag) \(name.quoted) is no name of Kubernetes: small letters, digits, dashes and dots")
    }
    if image.isEmpty || image.utf8.contains(where: { $0 <= 0x20 || $0 >= 0x7F }) {
      throw ValidationError("--image \(image.quoted) is no name of an image")
    }
    if let containers, agents(containers).isEmpty { throw ValidationError("--containers names none") }
  }

  func run() throws {
    let injection = Injection(
      sidecar: SidecarContainer(
        image: image, mode: mode == .daemon ? .daemon : .alone(policyConfigMap: policyConfigmap), secrets: secret),
      version: Release.version, agents: containers.map(agents))
    var outcome = Injection.Outcome()
    let text = try ManifestFile.edit(files) { pod, workload throws(ManifestFault) in
      try injection.apply(to: &pod, of: workload, &outcome)
    }
    if let missing = injection.agents?.first(where: { !outcome.found.contains($0) }), outcome.injectedCount > 0 {
      throw Failure(.refused, "--containers \(missing.quoted): no pod has a container of that name.")
    }
    if outcome.injectedCount == 0 { outcome.notes.append("nothing was injected: no pod to put a sidecar into") }
    StandardOutput.write(outcome.notes.map { "aigwctl: \($0.visible)\n" }.joined(), to: .error)
    StandardOutput.write(text, to: .output)
  }

  private func agents(_ list: String) -> [String] {
    list.split(separator: ",").map { name in String(name.drop { $0 == " " }) }
  }

  /// A DNS subdomain (RFC 1123), as Kubernetes wants names of ConfigMaps and Secrets.
  private static func isName(_ text: String) -> Bool {
    let isPlain = text.utf8.allSatisfy { "abcdefghijklmnopqrstuvwxyz0123456789-.".utf8.contains($0) }
    return isPlain && (1...253).contains(text.utf8.count) && !"-.".contains(text.first!) && !"-.".contains(text.last!)
  }
}
