// LastPolicy: the newest policy that the daemon gave and this sidecar served, for a start without the daemon.

import Authority
import Exchange
import JSON
import Policy
import Reactor

/// `policy.last.json` in the state folder: `{"generation": 7, "policy": {...}}`.
struct LastPolicy: Sendable {
  private static let bytesMax = 9 << 20
  let path: String

  init(folder: String) { path = folder + "/policy.last.json" }

  /// Blocks. nil when there is none that can be used.
  func read() -> (generation: Generation, policy: Policy)? {
    guard let bytes = try? Files.read(path, bytesMax: Self.bytesMax), let root = try? JSONValue.parse(bytes.span),
      let number = root["generation"]?.integer, let document = root["policy"]
    else { return nil }
    guard let policy = try? Policy.read(document.bytes) else { return nil }
    return (Generation(number), policy)
  }

  /// `policy` is JSON text. Blocks.
  func write(_ policy: [UInt8], generation: Generation) throws(ReactorError) {
    let head = "{\"generation\":\(generation.number),\"policy\":"
    try Files.replace(path, with: Array(head.utf8) + policy + [UInt8(ascii: "}")], previous: path + ".previous")
  }
}
