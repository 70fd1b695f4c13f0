// PolicySource: what the policy is before commands change it: files, a document made at start, or nothing.

import JSON
import Policy
import Reactor

/// What a process was started with.
public enum PolicySource: Sendable {
  /// Nothing: all there is comes from commands.
  case commands
  /// A document made at start, such as the one the environment makes.
  case document(JSONValue, name: String)
  /// A file, or a folder whose `*.yaml`, `*.yml` and `*.json` are one document in the order of their names.
  case files(String)

  /// For people: what GetStatus says.
  public var name: String {
    switch self {
    case .commands: "commands"
    case .document(_, let name): name
    case .files(let path): path
    }
  }

  /// Tells one state of the files from another. Blocks.
  public func stamps() -> [FileStamp] {
    guard case .files(let path) = self else { return [] }
    return ([path] + ((try? Self.parts(of: path)) ?? [])).map { FileStamp(of: $0) }
  }

  /// The policy as it stands now, and nothing but that: what `--check` asks for; nil for `commands`. Blocks. Throws
  /// `unreadable` when a file cannot be read, `invalid` with everything that is wrong with what is in them.
  public func policy() throws(PolicySourceError) -> Policy? {
    let document = try read()
    do throws(PolicyError) {
      let policy = try document?.policy()
      _ = try policy?.budgetRules(read: Files.zone)
      return policy
    } catch { throw .invalid(error.diagnostics) }
  }

  /// The document as it stands now; nil for `commands`. Blocks. Syntax faults are thrown here, with line and column;
  /// everything else that is wrong `PolicyDocument.policy()` says.
  func read() throws(PolicySourceError) -> PolicyDocument? {
    do {
      switch self {
      case .commands: return nil
      case .document(let document, let name): return try PolicyDocument(bytes: document.bytes.span, file: name)
      case .files(let path):
        var files: [PolicyDocument.File] = []
        for part in try Self.parts(of: path) {
          files.append(.init(name: part, bytes: try Files.read(part, bytesMax: Limits.policyBytesMax)))
        }
        return try PolicyDocument(merging: files)
      }
    } catch let error as PolicyError {
      throw .invalid(error.diagnostics)
    } catch let error as ReactorError {
      throw .unreadable("--policy \(name): \(error.description)")
    } catch { throw .unreadable("--policy \(name): \(error)") }
  }

  /// The files of a folder, or the one file.
  private static func parts(of path: String) throws(ReactorError) -> [String] {
    guard let names = try Files.names(in: path, countMax: Limits.policyFilesMax) else { return [path] }
    return PolicyDocument.parts(among: names).map { "\(path)/\($0)" }
  }
}

/// Why the policy files give no policy.
public enum PolicySourceError: Error, Hashable, Sendable, CustomStringConvertible {
  case invalid([Diagnostic])
  case unreadable(String)

  /// One line for each fault.
  public var description: String {
    switch self {
    case .invalid(let diagnostics): diagnostics.map(\.description).joined(separator: "\n")
    case .unreadable(let reason): reason
    }
  }
}
