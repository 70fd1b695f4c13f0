import Exchange
import Foundation
import Testing

@testable import Ledger

/// A volume of two megabytes of its own; nil where mounting is not allowed, as in most containers.
private final class Volume {
  let path: String

  init?() {
    path = FileManager.default.temporaryDirectory.appendingPathComponent("volume-" + UUID().uuidString).path
    try? FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    guard Self.run("mount", "-t", "tmpfs", "-o", "size=2m", "tmpfs", path) else { return nil }
  }

  deinit {
    _ = Self.run("umount", "-l", path)
    try? FileManager.default.removeItem(atPath: path)
  }

  func remount(_ option: String) -> Bool { Self.run("mount", "-o", "remount,\(option)", path) }

  static func run(_ arguments: String...) -> Bool {
    let process = Process()
    process.executableURL = URL(filePath: "/usr/bin/env")
    process.arguments = arguments
    process.standardError = FileHandle.nullDevice
    guard (try? process.run()) != nil else { return false }
    process.waitUntilExit()
    return process.terminationStatus == 0
  }

  static let isAllowed = Volume() != nil
}

@Suite struct VolumeTests {
  private let folder = Folder()

  /// Fills `path` until it takes no more; the receipts that were written, and the error that ended it.
  private func fill(_ ledger: Ledger) -> (count: Int, error: LedgerError?) {
    var count = 0
    let error = Sample.error { () throws(LedgerError) in
      while count < 100_000 {
        try ledger.write(
          marks: [Sample.mark("alice", Int64(count + 10))], receipts: (count..<count + 10).map { Sample.receipt($0) })
        count += 10
      }
    }
    return (count, error)
  }

  private func expectCommitted(_ count: Int, in ledger: Ledger) throws {
    #expect(try ledger.receiptCount() == count)
    #expect(try ledger.marks().map(\.used) == [Int64(count)])
  }

  @Test func aFileThatMayNotGrowSaysSoLosesNothingAndServesAgainWhenItMay() throws {
    let rows = try Rows(path: folder.file("state.db"))
    try rows.database.run("PRAGMA max_page_count = 100")
    let now = WallTime(milliseconds: 0)
    var count = 0
    let cause = Sample.cause { () throws(LedgerError) in
      while count < 10_000 {
        try rows.write(receipts: (count..<count + 10).map { Sample.receipt($0) }, at: now)
        count += 10
      }
    }
    #expect(cause == .full && count > 10)
    #expect(try rows.receipts(limit: 10_000).count == count)
    try rows.database.run("PRAGMA max_page_count = 1000")
    try rows.write(receipts: [Sample.receipt(count)], at: now)
    #expect(try rows.receipts(limit: 10_000).count == count + 1)
  }

  @Test(.enabled(if: Volume.isAllowed, "needs to mount a volume"))
  func aFullVolumeLosesNothingAndIsUsedAgainWhenThereIsSpace() throws {
    let volume = try #require(Volume())
    let path = volume.path + "/state.db"
    let ledger = try Ledger(path: path)
    let (count, error) = fill(ledger)
    #expect(error?.cause == .full && count > 10, "\(String(describing: error))")
    #expect(
      error?.description
        == "state file \(path) has no space left: \(error?.detail ?? ""). Free space on its volume.")
    for _ in 1...3 {
      #expect(
        Sample.cause { () throws(LedgerError) in
          try ledger.write(receipts: (0..<999).map { Sample.receipt(-$0 - 1 + 200_000) })
        } == .full)
    }
    try expectCommitted(count, in: ledger)
    #expect(volume.remount("size=4m"))
    try ledger.write(marks: [Sample.mark("alice", Int64(count + 1))], receipts: [Sample.receipt(count)])
    try expectCommitted(count + 1, in: ledger)
    ledger.close()
    let again = try Ledger(path: path)
    try expectCommitted(count + 1, in: again)
    again.close()
  }

  @Test(.enabled(if: Volume.isAllowed, "needs to mount a volume"))
  func aFullVolumeIsSaidToBeFullAtTheStart() throws {
    let volume = try #require(Volume())
    _ = FileManager.default.createFile(atPath: volume.path + "/filler", contents: nil)
    let handle = try #require(FileHandle(forWritingAtPath: volume.path + "/filler"))
    while (try? handle.write(contentsOf: Data(count: 4096))) != nil {}
    #expect(Sample.cause { () throws(LedgerError) in _ = try Ledger(path: volume.path + "/state.db") } == .full)
    try handle.truncate(atOffset: 0)
    try Ledger(path: volume.path + "/state.db").close()
  }

  @Test(.enabled(if: Volume.isAllowed, "needs to mount a volume"))
  func aFileThatMayOnlyBeReadInAFolderThatMayBeWrittenIsNamed() throws {
    let volume = try #require(Volume())
    let path = volume.path + "/state.db"
    try Ledger(path: path).close()
    #expect(Volume.run("mount", "--bind", path, path) && Volume.run("mount", "-o", "remount,ro,bind", path))
    let error = Sample.error { () throws(LedgerError) in _ = try Ledger(path: path) }
    #expect(Volume.run("umount", path))
    #expect(
      error?.description
        == "state file \(path) cannot be written: it may only be read. "
        + "Name a file in an existing directory this process may write to.")
  }

  @Test(.enabled(if: Volume.isAllowed, "needs to mount a volume"))
  func aVolumeThatMayOnlyBeReadIsNamedAndUsedAgainOnceItMayBeWritten() throws {
    let volume = try #require(Volume())
    let path = volume.path + "/state.db"
    do {
      let ledger = try Ledger(path: path)
      try ledger.write(marks: [Sample.mark("alice", 1)], receipts: [Sample.receipt(0)])
      ledger.close()
    }
    #expect(volume.remount("ro"))
    #expect(Sample.cause { () throws(LedgerError) in _ = try Ledger(path: path) } == .unwritable)
    #expect(volume.remount("rw"))
    let ledger = try Ledger(path: path)
    try expectCommitted(1, in: ledger)
    ledger.close()
  }
}
