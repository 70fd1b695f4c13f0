import Exchange
import Foundation
import Testing

@testable import Ledger

@Suite struct LedgerErrorTests {
  private let folder = Folder()
  private var path: String { folder.file("state.db") }

  private func error(opening path: String) -> LedgerError? {
    do {
      try Ledger(path: path).close()
      return nil
    } catch { return error }
  }

  @Test func aFileThatIsNotALedgerIsRefusedAndLeftAlone() {
    let text = Array(String(repeating: "not a database at all\n", count: 200).utf8)
    folder.write(text, to: "state.db")
    #expect(
      error(opening: path)?.description
        == "state file \(path) is damaged or not a state file of aigw: file is not a database. "
        + "Restore a copy, or move it away to start with no spend on record.")
    #expect(folder.read("state.db") == text)
  }

  @Test func aDamagedLedgerIsRefusedAndLeftAlone() throws {
    let ledger = try Ledger(path: path)
    for number in 0..<500 {
      let mark = MeterMark(
        budget: BudgetName("cap"), measure: "totalTokens/day", key: "key \(number)", used: 5,
        asOf: WallTime(milliseconds: 0), isLease: true)
      try ledger.write(marks: [mark])
    }
    ledger.close()
    var bytes = folder.read("state.db")
    #expect(bytes.count >= 8 * 4096)
    for offset in 4096..<(bytes.count) where offset % 4096 < 64 { bytes[offset] = 0xA5 }
    folder.write(bytes, to: "state.db")
    #expect(error(opening: path)?.cause == .unreadable)
    #expect(folder.read("state.db") == bytes)
  }

  @Test func anotherProgramsDatabaseIsRefused() throws {
    let other = try Database(path: path)
    try other.run("CREATE TABLE notes (text TEXT)")
    #expect(
      error(opening: path)?.description
        == "state file \(path) belongs to another program. Name another file.")
  }

  @Test func aLedgerOfALaterReleaseIsRefused() throws {
    try Ledger(path: path).close()
    let later = try Database(path: path)
    try later.run("PRAGMA user_version = 9")
    #expect(
      error(opening: path)?.description
        == "state file \(path) was written by a later release (schema 9). "
        + "Run that release, or move the file away to start with no spend on record.")
  }

  /// SQLite's codes (sqlite.org/rescode.html) beside the system's.
  @Test(
    arguments: [
      (13, 0, .full), (10, ENOSPC, .full), (10 | 3 << 8, EDQUOT, .full), (14, EFBIG, .full), (10, EROFS, .unwritable),
      (14, ENOENT, .unwritable), (8, 0, .unwritable), (10, EIO, .failed), (11, 0, .unreadable),
      (11 | 1 << 8, 0, .unreadable), (26, 0, .unreadable), (5, 0, .inUse(by: nil)), (1, 0, .failed),
    ] as [(Int32, Int32, LedgerError.Cause)])
  func whatSQLiteSaysBecomesACause(code: Int32, system: Int32, cause: LedgerError.Cause) {
    #expect(LedgerError.Cause(code, system: system) == cause)
  }

  @Test func aDirectoryThatIsNotThereIsNamed() {
    let missing = folder.file("no/such/state.db")
    #expect(
      error(opening: missing)?.description
        == "state file \(missing) cannot be written: No such file or directory. "
        + "Name a file in an existing directory this process may write to.")
  }

  @Test(.enabled(if: getuid() != 0, "root writes where it likes"))
  func aReadOnlyDirectoryIsNamed() throws {
    try FileManager.default.setAttributes([.posixPermissions: 0o500], ofItemAtPath: folder.path)
    #expect(error(opening: path)?.cause == .unwritable)
    try FileManager.default.setAttributes([.posixPermissions: 0o700], ofItemAtPath: folder.path)
  }

  @Test func aDirectoryInPlaceOfTheFileIsNamed() {
    #expect(error(opening: folder.path)?.cause == .unwritable)
  }
}
