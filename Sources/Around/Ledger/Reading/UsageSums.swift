// UsageSums: receipts added up line by line as they are read, so that no number can wrap and no sort is needed.
import Exchange

struct UsageSums {
  private let keyCount: Int
  private let rowsMax: Int
  private var rows: [UsageRow] = []
  private var places: [[String]: Int] = [:]
  private var others: UsageRow
  /// Receipts of one kind often follow each other.
  private var last: Int?

  private static let amounts = """
    state, input_tokens, output_tokens, reported_total_tokens, cached_input_tokens, cache_creation_input_tokens,
    reasoning_tokens, cost_nanodollars
    """

  static func select(by keys: [UsageKey], hasSince: Bool, hasUntil: Bool) -> String {
    let columns = keys.map(column).map { $0 + ", " }.joined()
    let conditions = (hasSince ? ["ended_ms >= ?1"] : []) + (hasUntil ? ["ended_ms < ?2"] : [])
    let condition = conditions.isEmpty ? "" : "WHERE " + conditions.joined(separator: " AND ")
    return "SELECT \(columns)\(amounts) FROM receipt \(condition)"
  }

  init(by keys: [UsageKey], rowsMax: Int = Limits.usageRowsMax) {
    precondition(rowsMax > 0, "sums are kept in \(rowsMax) rows")
    keyCount = keys.count
    self.rowsMax = rowsMax
    others = UsageRow(keys: keys.map { _ in "(others)" })
  }

  mutating func add(_ receipt: borrowing Statement) {
    let keys = (0..<Int32(keyCount)).map { receipt.text($0) }
    if let last, rows[last].keys == keys { return rows[last].add(receipt, from: Int32(keyCount)) }
    if let place = places[keys] {
      last = place
    } else if rows.count < rowsMax {
      places[keys] = rows.count
      last = rows.count
      rows.append(UsageRow(keys: keys))
    } else {
      return others.add(receipt, from: Int32(keyCount))
    }
    assert(rows.count <= rowsMax && rows[last!].keys == keys, "row \(last!) of \(rows.count) has other keys")
    rows[last!].add(receipt, from: Int32(keyCount))
  }

  /// In the order of their keys.
  consuming func sorted() -> [UsageRow] {
    rows.sort { $0.keys.lexicographicallyPrecedes($1.keys) }
    return others.requests > 0 ? rows + [others] : rows
  }

  private static func column(_ key: UsageKey) -> String {
    switch key {
    case .user, .team, .tenant, .pod, .model, .backend, .payer, .sidecar, .state: key.rawValue
    case .providerModel: "provider_model"
    case .day: "strftime('%Y-%m-%d', ended_ms / 1000, 'unixepoch')"
    case .hour: "strftime('%Y-%m-%dT%H:00Z', ended_ms / 1000, 'unixepoch')"
    }
  }
}

extension UsageRow {
  fileprivate mutating func add(_ receipt: borrowing Statement, from column: Int32) {
    func number(_ offset: Int32) -> Int64? { receipt.optionalInteger(column + offset) }
    func tokens(_ offset: Int32) -> TokenCount { TokenCount(number(offset) ?? 0) }
    let state = Receipt.State(rawValue: receipt.text(column))
    let total = number(3).map { TokenCount($0) } ?? tokens(1) + tokens(2)
    requests += 1
    if state == .refused { refused += 1 }
    if state == .failed { failed += 1 }
    input = input + tokens(1)
    output = output + tokens(2)
    self.total = self.total + total
    cachedInput = cachedInput + tokens(4)
    cacheCreationInput = cacheCreationInput + tokens(5)
    reasoning = reasoning + tokens(6)
    if let price = number(7) {
      cost = NanoDollars(saturatingSum(cost.value, price))
    } else if total > .zero {
      unpriced += 1
    }
  }
}
