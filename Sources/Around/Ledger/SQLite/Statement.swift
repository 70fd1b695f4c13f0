// Statement: the owner of a prepared SQLite statement.
internal import CSQLite

/// Parameters are numbered from 1, columns from 0, as in SQLite.
@safe struct Statement: ~Copyable {
  // SAFETY: owned here, finalized once by deinit; used by the one thread that uses its connection.
  private let handle: OpaquePointer

  init(_ handle: OpaquePointer) { unsafe self.handle = handle }

  deinit { _ = unsafe sqlite3_finalize(handle) }

  func step() -> Int32 { unsafe sqlite3_step(handle) }

  /// Ready to run again, every parameter NULL until it is bound.
  func reset() {
    _ = unsafe sqlite3_reset(handle)
    _ = unsafe sqlite3_clear_bindings(handle)
  }

  /// nil binds nothing.
  func bind(_ value: Int64?, at position: Int32) {
    if let value { expect(unsafe sqlite3_bind_int64(handle, position, value), at: position) }
  }

  /// nil binds nothing.
  func bind(_ text: String?, at position: Int32) {
    guard var text else { return }
    // SAFETY: SQLite copies the bytes before the call returns (SQLITE_TRANSIENT, -1 as a destructor).
    text.withUTF8 { bytes in
      let copies = unsafe unsafeBitCast(-1, to: sqlite3_destructor_type.self)
      let start = unsafe UnsafeRawPointer(bytes.baseAddress)?.assumingMemoryBound(to: CChar.self)
      // An empty string may have no address, which SQLite would take for NULL.
      expect(
        unsafe start == nil
          ? unsafe sqlite3_bind_text(handle, position, "", 0, copies)
          : unsafe sqlite3_bind_text(handle, position, start, Int32(clamping: bytes.count), copies), at: position)
    }
  }

  /// Text that is ASCII already.
  func bind(_ ascii: Span<UInt8>, at position: Int32) {
    // SAFETY: SQLite copies the bytes before the call returns.
    unsafe ascii.withUnsafeBytes { bytes in
      let copies = unsafe unsafeBitCast(-1, to: sqlite3_destructor_type.self)
      let start = unsafe bytes.baseAddress?.assumingMemoryBound(to: CChar.self)
      expect(unsafe sqlite3_bind_text(handle, position, start, Int32(clamping: bytes.count), copies), at: position)
    }
  }

  /// A parameter that does not exist, or a statement that runs, is a mistake of ours; a full memory is not.
  private func expect(_ code: Int32, at position: Int32) {
    assert(code != SQLITE_RANGE && code != SQLITE_MISUSE, "parameter \(position) cannot be bound: SQLite says \(code)")
  }

  /// There is no such column, and SQLite would answer NULL.
  private func expectColumn(_ column: Int32) {
    let count = unsafe sqlite3_column_count(handle)
    assert((0..<count).contains(column), "column \(column) of \(count) is read")
  }

  /// Text of at most `bytesMax` bytes in UTF-8; what is longer is cut between two characters.
  func bind(_ text: String?, at position: Int32, bytesMax: Int) {
    guard let text, text.utf8.count > bytesMax else { return bind(text, at: position) }
    assert(bytesMax > 0, "a text is cut to \(bytesMax) bytes")
    let cut = text.utf8.index(text.startIndex, offsetBy: bytesMax)
    bind(String(text.unicodeScalars[..<cut]), at: position)
  }

  func isNull(_ column: Int32) -> Bool {
    expectColumn(column)
    return unsafe sqlite3_column_type(handle, column) == SQLITE_NULL
  }

  func integer(_ column: Int32) -> Int64 {
    expectColumn(column)
    return unsafe sqlite3_column_int64(handle, column)
  }

  func optionalInteger(_ column: Int32) -> Int64? { isNull(column) ? nil : integer(column) }

  func text(_ column: Int32) -> String {
    expectColumn(column)
    // SAFETY: the text and its length stay valid until the next step or reset; they are copied here.
    guard let start = unsafe sqlite3_column_text(handle, column) else { return "" }
    let count = unsafe Int(sqlite3_column_bytes(handle, column))
    return unsafe String(decoding: UnsafeBufferPointer(start: start, count: count), as: UTF8.self)
  }

  func optionalText(_ column: Int32) -> String? { isNull(column) ? nil : text(column) }
}
