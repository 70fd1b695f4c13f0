// LeaseRow+Statements: an account as a row.
import Exchange

extension LeaseRow {
  static let insert = """
    INSERT OR REPLACE INTO lease (holder, budget, measure, key, serial, granted, spent, returned, seen_ms)
    VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)
    """
  static let delete = "DELETE FROM lease WHERE holder = ?1 AND budget = ?2 AND measure = ?3 AND key = ?4"
  static let select = "SELECT holder, budget, measure, key, serial, granted, spent, returned, seen_ms FROM lease"

  func bindKey(to statement: borrowing Statement) {
    statement.bind(holder.text, at: 1)
    statement.bind(meter.budget.text, at: 2)
    statement.bind(meter.measure, at: 3)
    statement.bind(meter.key, at: 4)
  }

  func bind(_ counters: LeaseCounters, to statement: borrowing Statement) {
    bindKey(to: statement)
    statement.bind(serial, at: 5)
    statement.bind(counters.granted, at: 6)
    statement.bind(counters.spent, at: 7)
    statement.bind(counters.returned, at: 8)
    statement.bind(seenAt.milliseconds, at: 9)
  }

  static func read(_ row: borrowing Statement) -> LeaseRow {
    LeaseRow(
      holder: HolderName(row.text(0)),
      meter: MeterName(budget: BudgetName(row.text(1)), measure: row.text(2), key: row.text(3)),
      serial: row.integer(4),
      counters: LeaseCounters(granted: row.integer(5), spent: row.integer(6), returned: row.integer(7)),
      seenAt: WallTime(milliseconds: row.integer(8)))
  }
}
