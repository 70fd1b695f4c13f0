// PolicyFile: the file that apply and diff are given, and the difference to the policy in force.

import ArgumentParser
import JSON
import Policy
import Reactor

/// A document in the policy's shape, YAML or JSON, as a person wrote it.
struct PolicyFile {
  /// As large as a message may be.
  private static let bytesMax = 8 << 20

  let document: PolicyDocument
  let json: JSONValue

  /// - Parameter name: a path, or `-` for standard input.
  init(_ name: String) throws(Failure) {
    let shown = name == "-" ? "standard input" : name
    do {
      let bytes = try Files.read(name == "-" ? "/dev/stdin" : name, bytesMax: Self.bytesMax)
      try self.init(bytes: bytes, named: shown)
    } catch let error as ReactorError {
      throw Failure(.usage, "\(shown.visible): \(error.reason).")
    } catch let failure as Failure {
      throw failure
    } catch {
      throw Failure(.usage, "\(shown.visible): \(error)")
    }
  }

  init(bytes: [UInt8], named name: String) throws(Failure) {
    do throws(PolicyError) {
      document = try PolicyDocument(bytes: bytes.span, file: name)
    } catch {
      throw Failure(.usage, Self.lines(error))
    }
    do throws(JSONError) {
      json = try JSONValue.parse(document.json.span)
    } catch {
      throw Failure(.usage, "\(name.visible): is not a mapping such as {backends: ..., models: ..., budgets: ...}.")
    }
    guard json.kind == .object else {
      throw Failure(
        .usage, "\(name.visible): is a list; a policy is a mapping: {backends: ..., models: ..., budgets: ...}.")
    }
  }

  /// What aigwd said of the policy, told with the file's own lines where this program finds the same faults.
  func located(_ failure: Failure) -> Failure {
    do throws(PolicyError) {
      _ = try document.policy()
      return failure
    } catch { return Failure(failure.status, "refused; the policy stays as it was:\n" + Self.lines(error)) }
  }

  private static func lines(_ error: PolicyError) -> String {
    error.diagnostics.map(\.description.visible).joined(separator: "\n")
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
