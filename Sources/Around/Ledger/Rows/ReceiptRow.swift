// ReceiptRow: a Receipt as a row.
import Exchange

enum ReceiptRow {
  private static let columns = """
    request, attempt, ended_ms, model, backend, provider_model, payer, input_tokens, output_tokens,
    reported_total_tokens, cached_input_tokens, reasoning_tokens, basis, state, status, reserved_tokens, latency_us,
    first_token_us, cache_creation_input_tokens, cost_nanodollars, price_row, disputed, user, team, tenant, pod,
    fitted_output_tokens, sidecar, details, long_cache_creation_input_tokens, audio_input_tokens, audio_output_tokens
    """
  /// An attempt that has its receipt already keeps it: a report that was repeated counts once (it is idempotent).
  static let insert = """
    INSERT INTO receipt (\(columns))
    VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20, ?21, ?22, ?23,
      ?24, ?25, ?26, ?27, ?28, ?29, ?30, ?31, ?32)
    ON CONFLICT (request, attempt) DO NOTHING
    """
  static let selectNewest = "SELECT \(columns) FROM receipt ORDER BY number DESC LIMIT ?1"
  static let selectOfRequest = "SELECT \(columns) FROM receipt WHERE request = ?1 ORDER BY attempt"
  /// The number follows the other columns.
  static let selectAfter = "SELECT \(columns), number FROM receipt WHERE number > ?1 ORDER BY number LIMIT ?2"
  static let numberColumn: Int32 = 32

  static func bind(_ receipt: Receipt, to statement: borrowing Statement) {
    func bind(_ text: String?, at position: Int32) {
      statement.bind(text, at: position, bytesMax: Limits.textBytesMax)
    }
    let digits = receipt.request.digits
    statement.bind(digits.span, at: 1)
    statement.bind(Int64(receipt.attempt), at: 2)
    statement.bind(receipt.endedAt.milliseconds, at: 3)
    bind(receipt.model.text, at: 4)
    bind(receipt.backend?.text, at: 5)
    bind(receipt.providerModel?.text, at: 6)
    bind(receipt.payer, at: 7)
    statement.bind(receipt.usage.input?.value, at: 8)
    statement.bind(receipt.usage.output?.value, at: 9)
    statement.bind(receipt.usage.reportedTotal?.value, at: 10)
    statement.bind(receipt.usage.cachedInput?.value, at: 11)
    statement.bind(receipt.usage.reasoning?.value, at: 12)
    bind(receipt.usage.basis.rawValue, at: 13)
    bind(receipt.state.rawValue, at: 14)
    statement.bind(Int64(receipt.status), at: 15)
    statement.bind(receipt.reserved.value, at: 16)
    statement.bind(receipt.latencyUs, at: 17)
    statement.bind(receipt.firstTokenUs, at: 18)
    statement.bind(receipt.usage.cacheCreationInput?.value, at: 19)
    statement.bind(receipt.cost?.value, at: 20)
    bind(receipt.priceRow, at: 21)
    statement.bind(receipt.isDisputed ? 1 : 0, at: 22)
    bind(receipt.user, at: 23)
    bind(receipt.team, at: 24)
    bind(receipt.tenant, at: 25)
    bind(receipt.pod, at: 26)
    statement.bind(receipt.fittedOutput?.value, at: 27)
    bind(receipt.sidecar, at: 28)
    if let details = receipt.details, details.utf8.count <= Limits.detailsBytesMax { statement.bind(details, at: 29) }
    statement.bind(receipt.usage.longCacheCreationInput?.value, at: 30)
    statement.bind(receipt.usage.audioInput?.value, at: 31)
    statement.bind(receipt.usage.audioOutput?.value, at: 32)
  }

  static func read(_ row: borrowing Statement) -> Receipt {
    func tokens(_ column: Int32) -> TokenCount? { row.optionalInteger(column).map { TokenCount($0) } }
    var usage = Usage(
      input: tokens(7), output: tokens(8), reportedTotal: tokens(9), cachedInput: tokens(10),
      cacheCreationInput: tokens(18), reasoning: tokens(11), basis: Usage.Basis(rawValue: row.text(12)) ?? .estimated)
    usage.longCacheCreationInput = tokens(29)
    usage.audioInput = tokens(30)
    usage.audioOutput = tokens(31)
    return Receipt(
      request: RequestID(digits: row.text(0)) ?? RequestID(high: 0, low: 0), attempt: Int(row.integer(1)),
      endedAt: WallTime(milliseconds: row.integer(2)), model: ModelName(row.text(3)),
      backend: row.optionalText(4).map { BackendName($0) }, providerModel: row.optionalText(5).map { ModelName($0) },
      payer: row.text(6), user: row.optionalText(22), team: row.optionalText(23), tenant: row.optionalText(24),
      pod: row.optionalText(25), sidecar: row.optionalText(27),
      usage: usage, cost: row.optionalInteger(19).map(NanoDollars.init), priceRow: row.optionalText(20),
      isDisputed: row.integer(21) != 0, state: Receipt.State(rawValue: row.text(13)) ?? .estimated,
      status: Int(row.integer(14)), reserved: TokenCount(row.integer(15)), fittedOutput: tokens(26),
      latencyUs: row.integer(16), firstTokenUs: row.optionalInteger(17), details: row.optionalText(28))
  }
}
