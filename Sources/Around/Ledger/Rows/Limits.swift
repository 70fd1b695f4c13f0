// Limits: every bound of the ledger, in one place.

enum Limits {
  /// SQLite's page cache, of each connection.
  static let cacheKiB = 256
  /// The log is cut back to this after it has been written into the file.
  static let logBytesMax = 4 << 20
  /// Names and labels on a receipt are cut to this.
  static let textBytesMax = 512
  /// Details longer than this are left out, for half a JSON object is none.
  static let detailsBytesMax = 4096
  /// Expired marks are looked for at most this often.
  static let pruneEveryMs: Int64 = 60_000
  /// One write drops at most twice the receipts it adds and this many, so that none takes long.
  static let dropsPerWrite = 64
  /// Free pages that the file keeps for the receipts to come; more are given back to the volume,
  static let freePagesMax: Int64 = 1024
  /// so many by one write.
  static let pagesReturnedPerWrite = 64
  /// Lines of a sum; what does not fit is added up in one more.
  static let usageRowsMax = 10_000
}
