// LeaseRow: a HeldLease as a row.
import Exchange

enum LeaseRow {
  static let insert = """
    INSERT OR REPLACE INTO lease (holder, budget, measure, key, granted, spent, seen_ms)
    VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)
    """
  static let delete = "DELETE FROM lease WHERE holder = ?1 AND budget = ?2 AND measure = ?3 AND key = ?4"
  static let select = "SELECT holder, budget, measure, key, granted, spent, seen_ms FROM lease"

  static func bindKey(_ lease: HeldLease, to statement: borrowing Statement) {
    statement.bind(lease.holder, at: 1)
    statement.bind(lease.budget.text, at: 2)
    statement.bind(lease.measure, at: 3)
    statement.bind(lease.key, at: 4)
  }

  static func bind(_ lease: HeldLease, to statement: borrowing Statement) {
    bindKey(lease, to: statement)
    statement.bind(lease.granted, at: 5)
    statement.bind(lease.spent, at: 6)
    statement.bind(lease.seenAt.milliseconds, at: 7)
  }

  static func read(_ row: borrowing Statement) -> HeldLease {
    HeldLease(
      holder: row.text(0), budget: BudgetName(row.text(1)), measure: row.text(2), key: row.text(3),
      granted: row.integer(4), spent: row.integer(5), seenAt: WallTime(milliseconds: row.integer(6)))
  }
}
