import Exchange
import Foundation
import Testing

@testable import Ledger

@Suite struct ManyThreadsTests {
  private let folder = Folder()

  @Test func writersAndReadersOnManyThreadsSeeWholeWrites() throws {
    let ledger = try Ledger(path: folder.file("state.db"))
    let (threads, writes, perWrite) = (4, 30, 10)
    DispatchQueue.concurrentPerform(iterations: threads * 2) { thread in
      for write in 0..<writes {
        do {
          if thread < threads {
            let start = (thread * writes + write) * perWrite
            try ledger.write(
              marks: write % 8 == 0 ? [Sample.mark("\(thread)", Int64(write + 1))] : [],
              receipts: (start..<start + perWrite).map { Sample.receipt($0) })
          } else {
            let sum = try ledger.usage(by: []).first?.requests ?? 0
            #expect(sum % perWrite == 0)
            #expect(try ledger.receiptCount() >= sum)
          }
        } catch { Issue.record(error) }
      }
    }
    #expect(try ledger.receiptCount() == threads * writes * perWrite)
    #expect(try ledger.usage(by: []).map(\.requests) == [threads * writes * perWrite])
  }
}
