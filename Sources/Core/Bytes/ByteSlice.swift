// ByteSlice: bytes that no longer change, shared by whoever still needs them.

/// A read-only run of bytes that keeps its memory alive: a body waiting to be sent, again if a candidate fails.
public struct ByteSlice: @unchecked Sendable {
  // SAFETY: the bytes of a slice no longer change, so any thread may read them.
  @usableFromInline let storage: ByteStorage?
  @usableFromInline let start: Int
  public let count: Int

  @inlinable public init() {
    storage = nil
    start = 0
    count = 0
  }

  @inlinable init(storage: ByteStorage, start: Int, count: Int) {
    self.storage = storage
    self.start = start
    self.count = count
  }

  /// A copy of `bytes`.
  @inlinable public init(copying bytes: Span<UInt8>) {
    var buffer = ByteBuffer(minimumCapacity: bytes.count)
    buffer.append(bytes)
    self = buffer.take()
  }

  /// A copy of `text` in UTF-8.
  @inlinable public init(_ text: String) { self.init(copying: text.utf8.span) }

  @inlinable public var isEmpty: Bool { count == 0 }

  @inlinable public var span: Span<UInt8> {
    @_lifetime(borrow self) get {
      guard let storage else { return Span() }
      // SAFETY: the range was inside the buffer when the slice was made, and written bytes are never rewritten.
      let bytes = unsafe UnsafeBufferPointer(
        start: storage.base.assumingMemoryBound(to: UInt8.self) + start, count: count)
      return unsafe _overrideLifetime(Span(_unsafeElements: bytes), borrowing: self)
    }
  }

  /// The bytes for a system call; valid as long as this slice is kept.
  @unsafe @inlinable public var unsafeBytes: UnsafeRawBufferPointer {
    guard let storage else { return unsafe UnsafeRawBufferPointer(start: nil, count: 0) }
    // SAFETY: as in span; the caller keeps the slice while it uses the pointer.
    return unsafe UnsafeRawBufferPointer(start: storage.base + start, count: count)
  }

  /// The bytes as text; what is not UTF-8 is replaced.
  public var text: String { String(span) }

  /// The part `range`, counted from the first byte, sharing the same memory.
  @inlinable public func slice(_ range: Range<Int>) -> ByteSlice {
    precondition(range.lowerBound >= 0 && range.upperBound <= count, "slice \(range) of \(count) bytes")
    guard let storage else { return self }
    return ByteSlice(storage: storage, start: start + range.lowerBound, count: range.count)
  }

  @inlinable public func dropFirst(_ dropped: Int) -> ByteSlice { slice(dropped..<count) }
}
