// Schema: the tables of the state file, and how it is opened.

enum Schema {
  /// `PRAGMA user_version` of the tables below.
  static let version = 1
  /// `PRAGMA application_id`: "aigw".
  static let applicationID = 0x6169_6777

  static let tables = """
    CREATE TABLE mark (
      budget TEXT NOT NULL,
      measure TEXT NOT NULL,
      key TEXT NOT NULL,
      used INTEGER NOT NULL,
      carried INTEGER NOT NULL,
      as_of_ms INTEGER NOT NULL,
      expires_ms INTEGER,
      is_lease INTEGER NOT NULL,
      PRIMARY KEY (budget, measure, key)
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE receipt (
      number INTEGER PRIMARY KEY,
      request TEXT NOT NULL,
      attempt INTEGER NOT NULL,
      ended_ms INTEGER NOT NULL,
      model TEXT NOT NULL,
      backend TEXT,
      provider_model TEXT,
      payer TEXT NOT NULL,
      input_tokens INTEGER,
      output_tokens INTEGER,
      reported_total_tokens INTEGER,
      cached_input_tokens INTEGER,
      reasoning_tokens INTEGER,
      basis TEXT NOT NULL,
      state TEXT NOT NULL,
      status INTEGER NOT NULL,
      reserved_tokens INTEGER NOT NULL,
      latency_us INTEGER NOT NULL,
      first_token_us INTEGER
    ) STRICT;
    """

  /// Makes the connection ready: journal, memory, tables. Refuses files that are not ours, never touches them.
  static func open(_ database: borrowing Database) throws(LedgerError) {
    let version = try database.number("PRAGMA user_version")
    let application = try database.number("PRAGMA application_id")
    let isEmpty = try database.number("SELECT count(*) FROM sqlite_schema") == 0
    guard isEmpty || application == applicationID else {
      throw LedgerError(cause: .unreadable, path: database.path, detail: "it belongs to another program")
    }
    guard version <= self.version else {
      throw LedgerError(cause: .newer(version: Int(version)), path: database.path, detail: "")
    }
    // The log makes commits one append; its index is the only part of the file that is mapped.
    try database.run(
      """
      PRAGMA journal_mode = WAL; PRAGMA cache_size = -\(Limits.cacheKiB); PRAGMA mmap_size = 0;
      PRAGMA journal_size_limit = \(Limits.logBytesMax)
      """)
    if isEmpty {
      try database.transaction { () throws(LedgerError) in
        try database.run(tables)
        try database.run("PRAGMA application_id = \(applicationID); PRAGMA user_version = \(self.version)")
      }
    }
    // Every mark is read at start, so all of their pages are worth checking; receipts are many and are not.
    let check = try database.prepare("PRAGMA quick_check('mark')")
    if try database.step(check), check.text(0) != "ok" {
      throw LedgerError(cause: .unreadable, path: database.path, detail: check.text(0))
    }
  }
}

/// Every bound of the ledger, in one place.
enum Limits {
  /// SQLite's page cache.
  static let cacheKiB = 256
  /// The log is cut back to this after it has been written into the file.
  static let logBytesMax = 4 << 20
  /// The newest receipts are kept; older ones make room.
  static let receiptsMax: Int64 = 1_000_000
  /// Expired marks are looked for at most this often.
  static let pruneEveryMs: Int64 = 60_000
}
