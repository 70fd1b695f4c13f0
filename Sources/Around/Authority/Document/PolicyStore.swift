// PolicyStore: the owner of the policy: one change at a time, each validated whole, written down, then in force.

import Exchange
import JSON
import Policy
import Reactor

/// The document, its generation, and the files it is kept in and made from.
///
/// With policy files (`--policy`), commands are an overlay on them: it survives restarts and changes of the files, and
/// `aigwctl diff -f` shows it. Without files, commands are all there is.
@EventLoop
public final class PolicyStore {
  /// In force; nil before the first document that is valid.
  public private(set) var current: PolicyVersion?
  /// Asked of each valid document before it is accepted: what else would keep it from being served, as diagnostics.
  public var alsoCheck: (@EventLoop (Policy) -> [Diagnostic])?
  /// Told when a document that was checked is not brought into force after all: it was only tried, or cannot be saved.
  public var onGivenUp: (@EventLoop () -> Void)?

  public nonisolated let source: PolicySource
  private let archive: PolicyArchive
  private let turnstile = Turnstile()
  private let startWarnings: [String]
  /// What is wrong with the policy files since they last changed.
  private var fileProblem: String?

  /// Opens the store in `folder`, which exists: finds the policy that was in force, and brings what the files say into
  /// force. Blocks. Throws when there is neither a saved policy nor files that give one, or `folder` cannot be used.
  public init(folder: String, source: PolicySource, at now: WallTime) throws(PolicySourceError) {
    self.source = source
    archive = PolicyArchive(folder: folder, source: source.name)
    var warnings: [String] = []
    let saved: PolicyVersion?
    do throws(ReactorError) {
      saved = try archive.load(at: now, warnings: &warnings)
    } catch { throw .unreadable("--state \(folder): \(error.description)") }
    var next = saved
    do throws(PolicySourceError) {
      if let read = try Self.reading(source, over: saved) { next = read }
    } catch {
      guard let saved, archive.isOfThisSource else { throw error }
      fileProblem = "\(error.description)\nThe last good policy, generation \(saved.generation), is in force."
    }
    startWarnings = warnings
    current = next
    guard let next else { return }
    let isSaved = warnings.isEmpty && saved?.generation == next.generation && saved?.base == next.base
    if isSaved { return }
    do throws(ReactorError) {
      try archive.save(next)
    } catch { throw .unreadable("--state \(folder): \(error.description)") }
  }

  /// What operators should know of, each with what to do.
  public var warnings: [String] { startWarnings + (fileProblem.map { [$0] } ?? []) }

  /// Brings the document that `edit` makes of the current one into force. Nothing is changed when it throws, with
  /// `isDryRun`, or when the document says the same afterwards.
  ///
  /// - Parameter expected: the generation the change was made for (optimistic concurrency); nil: whichever is in force.
  public func change(
    _ edit: PolicyEdit, expected: Generation? = nil, isDryRun: Bool = false
  ) async throws(PolicyChangeError) -> PolicyChange {
    await turnstile.enter()
    defer { turnstile.leave() }
    let current = current
    if let expected, expected != current?.generation ?? .none {
      throw .conflict(expected: expected, current: current?.generation ?? .none)
    }
    let checked = await Workers.run { () -> Result<PolicyVersion, PolicyChangeError> in
      do throws(PolicyChangeError) {
        let patch = try edit.patch(on: current?.document ?? .object([]))
        do throws(PolicyError) {
          return .success(try PolicyDraft(current, changedBy: patch).accepted(after: current))
        } catch { throw .invalid(error.diagnostics) }
      } catch { return .failure(error) }
    }
    return try await bringIntoForce(try checked.get(), isDryRun: isDryRun)
  }

  /// Reads the files again and brings what they say, with the overlay of commands, into force; nil where nothing has
  /// changed. When it throws, the old policy stays and `warnings` says why until the files are good again.
  public func reload() async throws(PolicyChangeError) -> PolicyChange? {
    await turnstile.enter()
    defer { turnstile.leave() }
    let (current, source) = (current, source)
    let read = await Workers.run { () -> Result<PolicyVersion?, PolicySourceError> in
      do throws(PolicySourceError) {
        return .success(try Self.reading(source, over: current))
      } catch { return .failure(error) }
    }
    do throws(PolicyChangeError) {
      switch read {
      case .failure(.invalid(let diagnostics)): throw .invalid(diagnostics)
      case .failure(.unreadable(let reason)): throw .unreadable(reason)
      case .success(nil): return nil
      case .success(let version?):
        let change = try await bringIntoForce(version, isDryRun: false)
        fileProblem = nil
        return version.generation == current?.generation ? nil : change
      }
    } catch {
      fileProblem = "\(error.description)\nThe old policy stays in force."
      throw error
    }
  }

  private func bringIntoForce(
    _ version: PolicyVersion, isDryRun: Bool
  ) async throws(PolicyChangeError) -> PolicyChange {
    assert(turnstile.isTaken, "the policy is changed by somebody who did not wait for their turn")
    let change = PolicyChange(
      version: version,
      changed: ChangedPaths(from: current?.document ?? .object([]), to: version.document).paths)
    if let problems = alsoCheck?(version.policy), !problems.isEmpty { throw .invalid(problems) }
    if isDryRun || version.generation == current?.generation && version.base == current?.base {
      onGivenUp?()
      return change
    }
    let archive = archive
    let problem = await Workers.run { () -> ReactorError? in
      do throws(ReactorError) {
        try archive.save(version)
        return nil
      } catch { return error }
    }
    if let problem {
      onGivenUp?()
      throw .notWritable(problem.description)
    }
    assert(
      version.generation >= current?.generation ?? .none,
      "generation \(version.generation) replaces \(current?.generation ?? .none)")
    current = version
    return change
  }

  /// What the files make of `version`; nil without files. Faults are told as of the files alone where they have any.
  private nonisolated static func reading(
    _ source: PolicySource, over version: PolicyVersion?
  ) throws(PolicySourceError) -> PolicyVersion? {
    guard let read = try source.read() else { return nil }
    // Whatever is no JSON object, such as an empty file, has faults of its own.
    let base = (try? JSONValue.parse(read.json.span)) ?? .object([])
    do throws(PolicyError) {
      return try PolicyDraft(version, over: base).accepted(after: version)
    } catch {
      do throws(PolicyError) { _ = try read.policy() } catch { throw .invalid(error.diagnostics) }
      throw .invalid(
        error.diagnostics.map {
          Diagnostic(file: "\(source.name), changed by commands", position: nil, path: $0.path, message: $0.message)
        })
    }
  }
}
