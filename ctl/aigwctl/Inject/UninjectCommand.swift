// UninjectCommand: manifests with a sidecar in, the manifests they were before out.

import ArgumentParser
import Reactor

struct UninjectCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "uninject", abstract: "Takes out of Kubernetes manifests what inject added.",
    discussion: """
      kubectl get deploy agent -o yaml | aigwctl uninject - | kubectl apply -f -

      Exactly what inject added goes, by the record it left in the pod's annotations; what was changed since then stays, \
      and so do pods that were never injected.
      """)

  @Argument(help: ArgumentHelp("YAML or JSON; - for standard input.", valueName: "file"), completion: .file())
  var files: [String] = ["-"]

  func run() throws {
    let text = try ManifestFile.edit(files) { pod, workload throws(ManifestFault) in
      try Removal.apply(to: &pod, of: workload)
    }
    StandardOutput.write(text, to: .output)
  }
}
