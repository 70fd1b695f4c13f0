// MarkRow: a MeterMark as a row.
import Exchange

enum MarkRow {
  static let insert = """
    INSERT OR REPLACE INTO mark (budget, measure, key, used, carried, as_of_ms, expires_ms, is_lease)
    VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)
    """
  static let delete = "DELETE FROM mark WHERE budget = ?1 AND measure = ?2 AND key = ?3"
  static let deleteExpired = "DELETE FROM mark WHERE expires_ms <= ?1"
  static let select = "SELECT budget, measure, key, used, carried, as_of_ms, expires_ms, is_lease FROM mark"
  static let selectOne = select + " WHERE budget = ?1 AND measure = ?2 AND key = ?3"

  static func bindKey(_ mark: MeterMark, to statement: borrowing Statement) { bindKey(MeterName(mark), to: statement) }

  static func bindKey(_ meter: MeterName, to statement: borrowing Statement) {
    statement.bind(meter.budget.text, at: 1)
    statement.bind(meter.measure, at: 2)
    statement.bind(meter.key, at: 3)
  }

  static func bind(_ mark: MeterMark, to statement: borrowing Statement) {
    bindKey(mark, to: statement)
    statement.bind(mark.used, at: 4)
    statement.bind(mark.carried, at: 5)
    statement.bind(mark.asOf.milliseconds, at: 6)
    statement.bind(mark.expires?.milliseconds, at: 7)
    statement.bind(mark.isLease ? 1 : 0, at: 8)
  }

  static func read(_ row: borrowing Statement) -> MeterMark {
    MeterMark(
      budget: BudgetName(row.text(0)), measure: row.text(1), key: row.text(2), used: row.integer(3),
      carried: row.integer(4), asOf: WallTime(milliseconds: row.integer(5)),
      expires: row.optionalInteger(6).map(WallTime.init(milliseconds:)), isLease: row.integer(7) != 0)
  }
}
