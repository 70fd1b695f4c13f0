// PolicyFile: the file that apply and diff are given, and the difference to the policy in force.

import JSON
import Policy
import Reactor

/// A policy, YAML or JSON, as a person wrote it. It is checked here first: only here are its lines known, and a key that
/// is written twice would be lost on the way.
struct PolicyFile {
  /// As large as a message may be.
  private static let bytesMax = 8 << 20

  let json: JSONValue

  /// - Parameter name: a path, or `-` for standard input.
  init(_ name: String) throws(Failure) {
    let isInput = name == "-"
    let shown = isInput ? "standard input" : name
    let bytes: [UInt8]
    do throws(ReactorError) {
      bytes = try Files.read(isInput ? "/dev/stdin" : name, bytesMax: Self.bytesMax)
    } catch { throw Failure(.usage, "\(shown.visible): \(error.reason)") }
    try self.init(bytes: bytes, named: shown)
  }

  init(bytes: [UInt8], named name: String) throws(Failure) {
    do {
      let document = try PolicyDocument(bytes: bytes.span, file: name)
      _ = try document.policy()
      json = try JSONValue.parse(document.json.span)
    } catch let error as PolicyError {
      let lines = error.diagnostics.map { "\n  " + $0.description.visible }.joined()
      throw Failure(.refused, "the file is not a policy; nothing was sent:" + lines)
    } catch {
      throw Failure(.refused, "\(name.visible): \(error)")
    }
  }
}

/// The policy in force, and its number.
struct PolicyInForce {
  let generation: Int64
  let document: JSONValue
}

extension Daemon {
  func policy() async throws(Failure) -> PolicyInForce {
    let reply = try await call("GetPolicy")
    return PolicyInForce(generation: reply.number("generation"), document: reply["policy"] ?? .object([]))
  }
}
