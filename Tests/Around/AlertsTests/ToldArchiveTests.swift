import Exchange
import Reactor
import Testing

@testable import Alerts

@Suite struct ToldArchiveTests {
  private let folder: Folder
  private let told = [
    ToldAlerts(
      account: AccountName(budget: BudgetName("cap"), scope: "user=\"al\nice", unit: "totalTokens"),
      windowEnd: time(24), thresholds: [500_000, 1_000_000])
  ]

  init() throws { folder = try Folder() }

  private func write(_ text: String) throws {
    let path = folder.path + "/alerts.json"
    try Files.replace(path, with: Array(text.utf8), previous: path + ".previous")
  }

  @Test func `what was told is found again`() throws {
    let archive = ToldArchive(folder: folder.path)
    #expect(archive.load().isEmpty)
    try archive.save(told)
    #expect(archive.load() == told)
    try archive.save([])
    #expect(archive.load().isEmpty)
  }

  @Test(arguments: [
    "", "{", "[]", #"{"told":5}"#, #"{"told":[5,{},{"budget":"b"}]}"#,
    #"{"told":[{"budget":"b","scope":"","unit":"u","windowEnd":"soon","thresholds":[1]}]}"#,
  ])
  func `a damaged file is as good as none`(text: String) throws {
    try write(text)
    #expect(ToldArchive(folder: folder.path).load().isEmpty)
  }

  @Test func `a folder that is gone is an error that names the file`() throws {
    #expect(throws: ReactorError.self) { try ToldArchive(folder: folder.path + "/gone").save(told) }
  }
}
