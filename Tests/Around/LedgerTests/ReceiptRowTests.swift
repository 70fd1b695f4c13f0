import Exchange
import Testing

@testable import Ledger

@Suite struct ReceiptRowTests {
  private let folder = Folder()

  private func kept(_ receipt: Receipt) throws -> Receipt? {
    let rows = try Rows(path: folder.file("state.db"))
    try rows.write(receipts: [receipt], at: receipt.endedAt)
    return try rows.receipts(limit: 1).first
  }

  @Test func everyFieldComesBack() throws {
    #expect(try kept(Sample.receipt(1)) == Sample.receipt(1))
    #expect(try kept(Sample.refusal(1)) == Sample.refusal(1))
  }

  @Test func whatHasNoPriceIsNotFree() throws {
    var receipt = Sample.receipt(1)
    receipt.cost = nil
    #expect(try kept(receipt)?.cost == nil)
    receipt.attempt += 1
    receipt.cost = NanoDollars(0)
    #expect(try kept(receipt)?.cost == NanoDollars(0))
  }

  @Test func namesAreCutBetweenCharactersAndDetailsThatAreTooLongAreLeftOut() throws {
    var receipt = Sample.receipt(1)
    receipt.model = ModelName("m" + String(repeating: "€", count: 400))
    receipt.user = String(repeating: "u", count: 512)
    receipt.details = "{\"" + String(repeating: "d", count: 4096) + "\":1}"
    let row = try #require(try kept(receipt))
    #expect(row.model.text == "m" + String(repeating: "€", count: 170))
    #expect(row.user == receipt.user)
    #expect(row.details == nil)
  }

  @Test func peopleFindTheColumnsBySensibleNames() throws {
    _ = try kept(Sample.receipt(1))
    let database = try Database(path: folder.file("state.db"), for: .reader)
    let row = try database.prepare(
      """
      SELECT request, cost_nanodollars, price_row, disputed, user, team, tenant, pod, fitted_output_tokens, sidecar,
        cache_creation_input_tokens FROM receipt
      """)
    #expect(try database.step(row))
    let texts = (0..<11).map { row.text($0) }
    #expect(
      texts == [
        "0123456789abcdef0000000000000001", "25000",
        "openai/gpt-4o 2026-11-01 input 2.50 output 10 cached 1.25 write -", "1", "älice", "engineering", "acme",
        "agent-0", "700", "default/agent-0", "-1",
      ])
  }
}
