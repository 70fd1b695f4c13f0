import Exchange
import Foundation
import Testing

@testable import Ledger

@Suite struct StateFileTests {
  private let folder = Folder()
  private var path: String { folder.file("state.db") }

  private func names() throws -> [String] { try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted() }
  private func remove(_ suffixes: String...) throws {
    for suffix in suffixes { try FileManager.default.removeItem(atPath: path + suffix) }
  }
  private func move(_ name: String, to other: String) throws {
    try FileManager.default.moveItem(atPath: folder.file(name), toPath: folder.file(other))
  }

  /// A ledger with fifty receipts, a mark and a lease; forty are in the file, the rest only in its log.
  private func ledger(_ onCorrupt: OnCorrupt = .refuse) throws -> Ledger {
    let first = try Ledger(path: path)
    // Pages in between that are free again, so that a copy is laid out in another way than its original.
    let passing = (0..<300).map { Sample.mark("key \($0)", 5) }
    try first.write(marks: passing)
    try first.write(receipts: (1...40).map { Sample.receipt($0) })
    try first.write(marks: passing.map { Sample.mark($0.key, 0, lease: false) })
    first.close()
    let ledger = try Ledger(path: path, onCorrupt: onCorrupt)
    try ledger.write(
      marks: [Sample.mark("alice", 7)], leases: [Sample.lease("one", granted: 5, spent: 1)],
      receipts: (41...50).map { Sample.receipt($0) })
    return ledger
  }

  /// What a kill of such a ledger leaves: `killed.db` with its log.
  private func killed() throws {
    let ledger = try ledger()
    folder.copy("state.db", to: "killed.db")
    ledger.close()
  }

  /// What a kill at this moment would leave.
  private func expectAll(_ receipts: ClosedRange<Int>, in name: String = "state.db") throws {
    folder.copy(name, to: "killed.db")
    let killed = try Ledger(path: folder.file("killed.db"))
    #expect(try killed.receipts(limit: 100) == receipts.reversed().map { Sample.receipt($0) })
    #expect(try killed.marks() == [Sample.mark("alice", 7)])
    #expect(try killed.leases() == [Sample.lease("one", granted: 5, spent: 1)])
  }

  @Test(arguments: [
    ["", "-wal", "-shm", "-owner"], ["", "-wal", "-shm"], [""], ["-wal"], ["-wal", "-shm"], ["-owner"],
  ])
  func whatWasDeletedWhileInUseIsWrittenAnew(suffixes: [String]) throws {
    let ledger = try ledger()
    for suffix in suffixes { try remove(suffix) }
    try ledger.write(receipts: [Sample.receipt(51)])
    try expectAll(1...51)
    #expect(Sample.cause { () throws(LedgerError) in _ = try Ledger(path: path) } == .inUse(by: getpid()))
    let mode = try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
    #expect(mode == 0o600)
    ledger.close()
    try FileManager.default.removeItem(atPath: folder.file("killed.db"))
    try expectAll(1...51)
    #expect(try !names().contains("state.db-copy"))
  }

  @Test func anOrderlyStopWritesADeletedFileAnew() throws {
    let ledger = try ledger()
    for suffix in ["", "-wal", "-shm", "-owner"] { try remove(suffix) }
    ledger.close()
    try expectAll(1...50)
    #expect(try names().filter { $0.hasPrefix("state") } == ["state.db", "state.db-owner"])
  }

  @Test func aSumOverADeletedFileReadsTheOneWrittenAnew() throws {
    let ledger = try ledger()
    try remove("")
    #expect(try ledger.usage(by: [.user]).map(\.requests) == [50])
  }

  @Test func aFolderThatWasDeletedIsWaitedFor() throws {
    let ledger = try ledger()
    try FileManager.default.removeItem(atPath: folder.path)
    let error = Sample.error { () throws(LedgerError) in try ledger.write(receipts: [Sample.receipt(51)]) }
    #expect(
      error?.description
        == "state file \(path) cannot be written: No such file or directory. "
        + "Name a file in an existing directory this process may write to.")
    try FileManager.default.createDirectory(atPath: folder.path, withIntermediateDirectories: true)
    try ledger.write(receipts: [Sample.receipt(51)])
    try expectAll(1...51)
  }

  @Test func aFileThatCannotBeWrittenAnewIsSaidToBeMissing() throws {
    let ledger = try ledger()
    try remove("")
    // A folder stands where the copy would be made.
    try FileManager.default.createDirectory(atPath: path + "-copy", withIntermediateDirectories: false)
    let error = Sample.error { () throws(LedgerError) in try ledger.write(receipts: [Sample.receipt(51)]) }
    #expect(
      error?.description
        == "state file \(path) was deleted while in use: File exists. "
        + "Everything in it is kept until this process ends, and written there again as soon as that is possible.")
    try remove("-copy")
    try ledger.write(receipts: [Sample.receipt(51)])
    try expectAll(1...51)
  }

  @Test func aFileThatWasReplacedIsNotWrittenToUntilTheFirstOneIsBack() throws {
    let ledger = try ledger()
    try move("state.db", to: "away.db")
    let other = Array("somebody else's".utf8)
    folder.write(other, to: "state.db")
    let error = Sample.error { () throws(LedgerError) in try ledger.write(receipts: [Sample.receipt(51)]) }
    #expect(
      error?.description
        == "state file \(path) was replaced by another file while in use. "
        + "Put the first one back, or restart: this process does not write to a file it has not read.")
    #expect(folder.read("state.db") == other)
    try remove("")
    try move("away.db", to: "state.db")
    try ledger.write(receipts: [Sample.receipt(51)])
    try expectAll(1...51)
  }

  @Test func aLedgerThatAnotherProcessTookOverMeanwhileIsLeftToIt() throws {
    let ledger = try ledger()
    for suffix in ["", "-wal", "-shm", "-owner"] { try remove(suffix) }
    let successor = try Ledger(path: path)
    #expect(Sample.cause { () throws(LedgerError) in try ledger.write(receipts: [Sample.receipt(51)]) } == .replaced)
    #expect(try successor.receipts(limit: 9) == [])
    ledger.close()
    try successor.write(receipts: [Sample.receipt(52)])
    #expect(try successor.receipts(limit: 9) == [Sample.receipt(52)])
  }

  // MARK: Damage

  private func damage(from offset: Int = 0, _ name: String = "state.db") {
    var bytes = folder.read(name)
    for offset in offset..<bytes.count where offset % 4096 < 64 { bytes[offset] = 0xA5 }
    // In place, as a failing disk would do it.
    let handle = FileHandle(forWritingAtPath: folder.file(name))
    try? handle?.write(contentsOf: Data(bytes))
    try? handle?.close()
  }

  @Test func aDamagedFileIsSetAsideWithItsLogAtTheStart() throws {
    let first = try Ledger(path: path)
    try first.write(marks: (0..<500).map { Sample.mark("key \($0)", 5) })
    first.close()
    let second = try Ledger(path: path)
    try second.write(receipts: [Sample.receipt(1)])
    folder.copy("state.db", to: "killed.db")
    second.close()
    damage(from: 4096, "killed.db")
    let (file, log) = (folder.read("killed.db"), folder.read("killed.db-wal"))
    #expect(Sample.cause { () throws(LedgerError) in _ = try Ledger(path: folder.file("killed.db")) } == .unreadable)
    #expect(folder.read("killed.db") == file && folder.read("killed.db-wal") == log && !log.isEmpty)

    let ledger = try Ledger(path: folder.file("killed.db"), onCorrupt: .setAside)
    let aside = try #require(ledger.setAside)
    #expect(aside.wholeMatch(of: /.*\/killed\.db\.corrupt-\d{8}T\d{6}Z/) != nil)
    let name = String(aside.dropFirst(folder.path.count + 1))
    #expect(folder.read(name) == file && folder.read(name + "-wal") == log)
    try ledger.write(receipts: [Sample.receipt(30)])
    #expect(try ledger.receipts(limit: 9) == [Sample.receipt(30)])
  }

  @Test func whatCanStillBeReadOfMarksAndLeasesIsTakenUp() throws {
    let first = try Ledger(path: path)
    let marks = (0..<400).map { Sample.mark("key \(1000 + $0)", 5) }
    try first.write(marks: marks, leases: [Sample.lease("one", granted: 5, spent: 1)])
    first.close()
    var bytes = folder.read("state.db")
    let last = try #require(bytes.firstRange(of: Array("key 1399".utf8))).lowerBound / 4096 * 4096
    for offset in last..<last + 16 { bytes[offset] = 0xA5 }
    folder.write(bytes, to: "state.db")
    let ledger = try Ledger(path: path, onCorrupt: .setAside)
    let kept = try ledger.marks()
    #expect(kept.count > 300 && kept.count < 400 && kept == Array(marks.prefix(kept.count)))
    #expect(try ledger.leases() == [Sample.lease("one", granted: 5, spent: 1)])
  }

  @Test func marksOfADamagedFileAreTakenUpLaterWhereANewOneCannotBeMadeAtOnce() throws {
    let (ledger, _) = try ledgerDamagedInUse(.setAside)
    // A folder stands where SQLite would begin a new file.
    try FileManager.default.createDirectory(atPath: path + "-journal", withIntermediateDirectories: false)
    for _ in 1...2 {
      #expect(
        Sample.cause { () throws(LedgerError) in try ledger.write(receipts: [Sample.receipt(2001)]) } == .unwritable)
    }
    try remove("-journal")
    try ledger.write(receipts: [Sample.receipt(2001)])
    #expect(try ledger.marks() == [Sample.mark("alice", 7)])
    #expect(try names().filter { $0.contains("corrupt") && !$0.contains("-wal") && !$0.contains("-shm") }.count == 1)
  }

  @Test func twoDamagedFilesOfOneMomentAreBothKept() throws {
    let now = WallTime(milliseconds: 1_790_000_000_123)
    for text in ["first", "second"] {
      folder.write(Array(text.utf8), to: "state.db")
      _ = try SetAside(path, at: now)
    }
    #expect(String(decoding: folder.read("state.db.corrupt-20260921T141320Z"), as: UTF8.self) == "first")
    #expect(String(decoding: folder.read("state.db.corrupt-20260921T141320Z-2"), as: UTF8.self) == "second")
  }

  @Test func anEmptyFileBesideALogIsDamaged() throws {
    try killed()
    for exists in [true, false] {
      try FileManager.default.removeItem(atPath: folder.file("killed.db"))
      if exists { folder.write([], to: "killed.db") }
      let log = folder.read("killed.db-wal")
      let error = Sample.error { () throws(LedgerError) in _ = try Ledger(path: folder.file("killed.db")) }
      #expect(error?.cause == .unreadable && error?.detail == "it is empty, its log is not")
      #expect(folder.read("killed.db-wal") == log)
    }
  }

  @Test func aFileOfSomebodyElseIsNeverSetAside() throws {
    do {
      let other = try Database(path: path)
      try other.run("CREATE TABLE notes (text TEXT)")
    }
    #expect(Sample.cause { () throws(LedgerError) in _ = try Ledger(path: path, onCorrupt: .setAside) } == .foreign)
    #expect(try names() == ["state.db", "state.db-owner"])
  }

  /// A ledger whose receipts' index is damaged in the file: found only when a receipt is written.
  private func ledgerDamagedInUse(_ onCorrupt: OnCorrupt) throws -> (Ledger, whole: [UInt8]) {
    let first = try Ledger(path: path)
    try first.write(receipts: (1...2000).map { Sample.receipt($0) })
    first.close()
    let whole = folder.read("state.db")
    let ledger = try Ledger(path: path, onCorrupt: onCorrupt)
    try ledger.write(marks: [Sample.mark("alice", 7)])
    damage(from: 8 * 4096)
    return (ledger, whole)
  }

  @Test func aFileFoundDamagedInUseIsRefusedLeftAloneAndUsedAgainOnceItIsWhole() throws {
    let (ledger, whole) = try ledgerDamagedInUse(.refuse)
    let (damaged, log) = (folder.read("state.db"), folder.read("state.db-wal"))
    for _ in 1...2 {
      #expect(
        Sample.cause { () throws(LedgerError) in try ledger.write(receipts: [Sample.receipt(2001)]) } == .unreadable)
    }
    #expect(folder.read("state.db") == damaged && folder.read("state.db-wal") == log)
    let handle = FileHandle(forWritingAtPath: path)
    try handle?.write(contentsOf: Data(whole))
    try ledger.write(receipts: [Sample.receipt(2001)])
    #expect(try ledger.receiptCount() == 2001)
    #expect(ledger.setAside == nil)
  }

  @Test func aFileFoundDamagedInUseIsSetAsideAndTheWriteIsMadeInANewOne() throws {
    let (ledger, _) = try ledgerDamagedInUse(.setAside)
    let damaged = folder.read("state.db")
    try ledger.write(receipts: [Sample.receipt(2001)])
    let aside = try #require(ledger.setAside)
    #expect(folder.read(String(aside.dropFirst(folder.path.count + 1))) == damaged)
    #expect(try ledger.receipts(limit: 9) == [Sample.receipt(2001)])
    #expect(try ledger.marks() == [Sample.mark("alice", 7)])
  }
}
