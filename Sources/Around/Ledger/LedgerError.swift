// LedgerError: why the state file cannot be used, and what to do about it.
import Glibc

/// A state file that cannot be opened, read or written.
public struct LedgerError: Error, Hashable, Sendable, CustomStringConvertible {
  public enum Cause: Hashable, Sendable {
    /// The file or its directory cannot be created or written.
    case unwritable
    /// Another process has it open; its process id, where known.
    case inUse(by: Int32?)
    /// It is damaged, or no ledger at all.
    case unreadable
    /// It is another program's database.
    case foreign
    /// A later release wrote it.
    case newer(version: Int)
    /// It was deleted while in use, and cannot be written anew.
    case missing
    /// Another file was put in its place while it was in use.
    case replaced
    /// No space is left for it.
    case full
    /// SQLite failed for another reason.
    case failed
    /// `close` has been called.
    case closed
  }

  public var cause: Cause
  public var path: String
  /// SQLite's or the system's own words.
  public var detail: String

  /// What happened, to what, and what to do.
  public var description: String {
    let what: String
    let advice: String
    switch cause {
    case .unwritable:
      what = "cannot be written"
      advice = "Name a file in an existing directory this process may write to."
    case .inUse(let process):
      what = "is in use by " + (process.map { "process \($0)" } ?? "another process")
      advice = "Two sidecars on one state file would spend a budget twice: stop the other one, or name another file."
    case .unreadable:
      what = "is damaged or not a state file of aigw"
      advice = "Restore a copy, or move it away to start with no spend on record."
    case .foreign:
      what = "belongs to another program"
      advice = "Name another file."
    case .newer(let version):
      what = "was written by a later release (schema \(version))"
      advice = "Run that release, or move the file away to start with no spend on record."
    case .missing:
      what = "was deleted while in use"
      advice = "Everything in it is kept until this process ends, and written there again as soon as that is possible."
    case .replaced:
      what = "was replaced by another file while in use"
      advice = "Put the first one back, or restart: this process does not write to a file it has not read."
    case .full:
      what = "has no space left"
      advice = "Free space on its volume."
    case .failed:
      what = "cannot be used"
      advice = "See SQLite's message."
    case .closed:
      what = "has been closed"
      advice = "Nothing may be written after the orderly stop."
    }
    return "state file \(path) \(what)\(detail.isEmpty ? "" : ": \(detail)"). \(advice)"
  }
}

extension LedgerError {
  /// What the system refused to do with the file or one beside it.
  init(errno code: Int32, path: String) {
    let isFull = [ENOSPC, EDQUOT, EFBIG].contains(code)
    // SAFETY: strerror's text is copied before anything else can run on this thread.
    self.init(cause: isFull ? .full : .unwritable, path: path, detail: unsafe String(cString: strerror(code)))
  }
}
