// Schema: the tables of the state file, and how it is opened.

enum Schema {
  /// `PRAGMA user_version` of the tables below.
  static let version: Int64 = 2
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
      first_token_us INTEGER,
      cache_creation_input_tokens INTEGER,
      long_cache_creation_input_tokens INTEGER,
      audio_input_tokens INTEGER,
      audio_output_tokens INTEGER,
      cost_nanodollars INTEGER,
      price_row TEXT,
      disputed INTEGER NOT NULL DEFAULT 0,
      user TEXT,
      team TEXT,
      tenant TEXT,
      pod TEXT,
      fitted_output_tokens INTEGER,
      sidecar TEXT,
      details TEXT
    ) STRICT;
    \(added)
    """

  /// What version 2 has beside its columns. A request's id begins with its process and counts from there, so that new
  /// receipts stand beside each other in the first index as well.
  private static let added = """
    CREATE UNIQUE INDEX receipt_attempt ON receipt (request, attempt);
    CREATE INDEX receipt_ended ON receipt (ended_ms);
    CREATE TABLE lease (
      holder TEXT NOT NULL,
      budget TEXT NOT NULL,
      measure TEXT NOT NULL,
      key TEXT NOT NULL,
      serial INTEGER NOT NULL,
      granted INTEGER NOT NULL,
      spent INTEGER NOT NULL,
      returned INTEGER NOT NULL,
      seen_ms INTEGER NOT NULL,
      PRIMARY KEY (holder, budget, measure, key)
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE meta (
      name TEXT PRIMARY KEY,
      value INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID;
    """

  /// Makes a file of version 1 one of version 2. Its pages stay as they were laid out: what it frees is used again, but
  /// never given back to the volume.
  private static let fromVersion1 = """
    ALTER TABLE receipt ADD COLUMN cache_creation_input_tokens INTEGER;
    ALTER TABLE receipt ADD COLUMN long_cache_creation_input_tokens INTEGER;
    ALTER TABLE receipt ADD COLUMN audio_input_tokens INTEGER;
    ALTER TABLE receipt ADD COLUMN audio_output_tokens INTEGER;
    ALTER TABLE receipt ADD COLUMN cost_nanodollars INTEGER;
    ALTER TABLE receipt ADD COLUMN price_row TEXT;
    ALTER TABLE receipt ADD COLUMN disputed INTEGER NOT NULL DEFAULT 0;
    ALTER TABLE receipt ADD COLUMN user TEXT;
    ALTER TABLE receipt ADD COLUMN team TEXT;
    ALTER TABLE receipt ADD COLUMN tenant TEXT;
    ALTER TABLE receipt ADD COLUMN pod TEXT;
    ALTER TABLE receipt ADD COLUMN fitted_output_tokens INTEGER;
    ALTER TABLE receipt ADD COLUMN sidecar TEXT;
    ALTER TABLE receipt ADD COLUMN details TEXT;
    DELETE FROM receipt WHERE number NOT IN (SELECT min(number) FROM receipt GROUP BY request, attempt);
    \(added)
    """

  /// Makes the connection ready: journal, memory, tables. Refuses files that are not ours, never touches them.
  static func open(_ database: borrowing Database) throws(LedgerError) {
    let version = try database.number("PRAGMA user_version")
    let application = try database.number("PRAGMA application_id")
    let isEmpty = try database.number("SELECT count(*) FROM sqlite_schema") == 0
    guard isEmpty || application == applicationID else {
      throw LedgerError(cause: .foreign, path: database.path, detail: "")
    }
    guard version <= self.version else {
      throw LedgerError(cause: .newer(version: Int(version)), path: database.path, detail: "")
    }
    // Only a file without tables can still be laid out so that its end can be cut off.
    if isEmpty { try database.run("PRAGMA auto_vacuum = INCREMENTAL") }
    // The log makes commits one append; its index is the only part of the file that is mapped.
    try database.run(
      """
      PRAGMA journal_mode = WAL; PRAGMA cache_size = -\(Limits.cacheKiB); PRAGMA mmap_size = 0;
      PRAGMA journal_size_limit = \(Limits.logBytesMax); PRAGMA synchronous = FULL
      """)
    if !isEmpty { for table in version == 1 ? ["mark"] : ["mark", "lease"] { try check(table, of: database) } }
    if isEmpty || version < self.version {
      try database.transaction { () throws(LedgerError) in
        try database.run(isEmpty ? tables : fromVersion1)
        try database.run("PRAGMA application_id = \(applicationID); PRAGMA user_version = \(self.version)")
      }
    }
    database.closesTidily()
  }

  /// Every mark and lease is read at start, so all of their pages are worth checking; receipts are many and are not.
  private static func check(_ table: String, of database: borrowing Database) throws(LedgerError) {
    let check = try database.prepare("PRAGMA quick_check('\(table)')")
    if try database.step(check), check.text(0) != "ok" {
      throw LedgerError(cause: .unreadable, path: database.path, detail: check.text(0))
    }
  }
}
