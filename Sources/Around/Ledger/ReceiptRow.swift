// ReceiptRow: a Receipt as a row.
import Exchange

enum ReceiptRow {
  private static let columns = """
    request, attempt, ended_ms, model, backend, provider_model, payer, input_tokens, output_tokens,
    reported_total_tokens, cached_input_tokens, reasoning_tokens, basis, state, status, reserved_tokens, latency_us,
    first_token_us
    """
  static let insert = """
    INSERT INTO receipt (\(columns))
    VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18)
    """
  static let select = "SELECT \(columns) FROM receipt ORDER BY number DESC LIMIT ?1"

  static func bind(_ receipt: Receipt, to statement: borrowing Statement) {
    let digits = receipt.request.digits
    statement.bind(digits.span, at: 1)
    statement.bind(Int64(receipt.attempt), at: 2)
    statement.bind(receipt.endedAt.milliseconds, at: 3)
    statement.bind(receipt.model.text, at: 4)
    statement.bind(receipt.backend?.text, at: 5)
    statement.bind(receipt.providerModel?.text, at: 6)
    statement.bind(receipt.payer, at: 7)
    statement.bind(receipt.usage.input?.value, at: 8)
    statement.bind(receipt.usage.output?.value, at: 9)
    statement.bind(receipt.usage.reportedTotal?.value, at: 10)
    statement.bind(receipt.usage.cachedInput?.value, at: 11)
    statement.bind(receipt.usage.reasoning?.value, at: 12)
    statement.bind(receipt.usage.basis.rawValue, at: 13)
    statement.bind(receipt.state.rawValue, at: 14)
    statement.bind(Int64(receipt.status), at: 15)
    statement.bind(receipt.reserved.value, at: 16)
    statement.bind(receipt.latencyUs, at: 17)
    statement.bind(receipt.firstTokenUs, at: 18)
  }

  static func read(_ row: borrowing Statement) -> Receipt {
    func tokens(_ column: Int32) -> TokenCount? { row.optionalInteger(column).map { TokenCount($0) } }
    let request = row.text(0)
    return Receipt(
      request: RequestID(
        high: UInt64(request.prefix(16), radix: 16) ?? 0, low: UInt64(request.dropFirst(16), radix: 16) ?? 0),
      attempt: Int(row.integer(1)), endedAt: WallTime(milliseconds: row.integer(2)), model: ModelName(row.text(3)),
      backend: row.optionalText(4).map { BackendName($0) }, providerModel: row.optionalText(5).map { ModelName($0) },
      payer: row.text(6),
      usage: Usage(
        input: tokens(7), output: tokens(8), reportedTotal: tokens(9), cachedInput: tokens(10), reasoning: tokens(11),
        basis: Usage.Basis(rawValue: row.text(12)) ?? .estimated),
      state: Receipt.State(rawValue: row.text(13)) ?? .estimated, status: Int(row.integer(14)),
      reserved: TokenCount(row.integer(15)), latencyUs: row.integer(16),
      firstTokenUs: row.optionalInteger(17))
  }
}
