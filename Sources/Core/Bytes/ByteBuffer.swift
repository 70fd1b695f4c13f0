// ByteBuffer: a growing run of bytes with one owner, filled at the back and consumed at the front.

/// Bytes on their way through: a socket's input, a head being written, a body being gathered.
///
/// Not copyable, so there is one writer. `slice` hands out read-only views that share the memory and stay valid
/// whatever happens to the buffer later: growing, consuming and clearing move to fresh memory when slices remain.
public struct ByteBuffer: ~Copyable, @unchecked Sendable {
  // SAFETY: the one writer of its storage; others read bytes that no longer change.
  @usableFromInline var storage: ByteStorage?
  @usableFromInline var start = 0
  @usableFromInline var end = 0

  @inlinable public init() {}

  /// Room for `minimumCapacity` bytes without another allocation.
  @inlinable public init(minimumCapacity: Int) {
    storage = ByteStorage.make(capacity: max(minimumCapacity, 64))
  }

  @inlinable public var count: Int { end - start }
  @inlinable public var isEmpty: Bool { end == start }

  /// How many bytes can be appended before memory is allocated.
  @inlinable public var spareCapacity: Int { (storage?.byteCapacity ?? 0) - end }

  /// The bytes, valid until the buffer changes.
  @inlinable public var span: Span<UInt8> {
    @_lifetime(borrow self) get {
      guard let storage else { return Span() }
      // SAFETY: start ..< end lies inside the allocation and is initialised; the span cannot outlive self.
      let bytes = unsafe UnsafeBufferPointer(
        start: storage.base.assumingMemoryBound(to: UInt8.self) + start, count: end - start)
      return unsafe _overrideLifetime(Span(_unsafeElements: bytes), borrowing: self)
    }
  }

  // MARK: filling

  @inlinable public mutating func append(_ bytes: Span<UInt8>) {
    if bytes.isEmpty { return }
    reserve(bytes.count)
    // SAFETY: reserve made room for exactly this many bytes after `end`, which no slice covers.
    unsafe bytes.withUnsafeBytes { source in
      unsafe (storage!.base + end).copyMemory(from: source.baseAddress!, byteCount: source.count)
    }
    end += bytes.count
  }

  @inlinable public mutating func append(_ slice: ByteSlice) { append(slice.span) }

  @inlinable public mutating func append(_ text: StaticString) {
    reserve(text.utf8CodeUnitCount)
    // SAFETY: a StaticString's bytes live as long as the program; room was reserved.
    unsafe (storage!.base + end).copyMemory(from: text.utf8Start, byteCount: text.utf8CodeUnitCount)
    end += text.utf8CodeUnitCount
  }

  @inlinable public mutating func append(_ text: String) {
    // Not through `text.utf8.span`: the bytes of a short text stand on the stack, and where this is inlined as the last
    // word of a function, Swift 6.3 gives that stack up before the span has been read.
    var text = text
    // SAFETY: the bytes are lent until the closure ends; reserve made room for exactly as many after `end`.
    text.withUTF8 { bytes in
      if bytes.isEmpty { return }
      reserve(bytes.count)
      unsafe (storage!.base + end).copyMemory(from: bytes.baseAddress!, byteCount: bytes.count)
      end += bytes.count
    }
  }

  @inlinable public mutating func append(byte: UInt8) {
    reserve(1)
    // SAFETY: room for one byte was reserved.
    unsafe storage!.base.storeBytes(of: byte, toByteOffset: end, as: UInt8.self)
    end += 1
  }

  /// `number` in decimal ASCII digits.
  @inlinable public mutating func append(decimal number: Int) { append(number, radix: 10) }

  /// `number` in lower-case hexadecimal ASCII digits; never negative.
  @inlinable public mutating func append(hexadecimal number: Int) {
    precondition(number >= 0, "a hexadecimal count is never negative: \(number)")
    append(number, radix: 16)
  }

  @inlinable mutating func append(_ number: Int, radix: UInt) {
    if number < 0 { append(byte: UInt8(ascii: "-")) }
    var rest = number.magnitude
    var digits: InlineArray<20, UInt8> = .init(repeating: 0)
    var first = 20
    repeat {
      first -= 1
      let digit = UInt8(truncatingIfNeeded: rest % radix)
      digits[first] = digit < 10 ? digit &+ 48 : digit &+ 87
      rest /= radix
    } while rest > 0
    append(digits.span.extracting(first..<20))
  }

  /// Makes room for `more` bytes after the last one.
  @inlinable public mutating func reserve(_ more: Int) {
    if let storage, storage.byteCapacity - end >= more { return }
    makeRoom(more)
  }

  /// Lets `fill` write straight into the spare memory (a socket read, a decryption) and takes as many bytes as it
  /// says it wrote.
  @unsafe @inlinable public mutating func fill(
    atLeast: Int, _ fill: (UnsafeMutableRawBufferPointer) -> Int
  ) {
    reserve(atLeast)
    // SAFETY: the pointer covers exactly the unshared memory after `end`; the count is checked before it is taken.
    let spare = unsafe UnsafeMutableRawBufferPointer(start: storage!.base + end, count: storage!.byteCapacity - end)
    let written = unsafe fill(spare)
    precondition(written >= 0 && written <= spare.count, "wrote \(written) bytes into \(spare.count)")
    end += written
  }

  // MARK: emptying

  /// Drops the first `count` bytes.
  @inlinable public mutating func consume(_ count: Int) {
    precondition(count >= 0 && count <= self.count, "consumed \(count) of \(self.count) bytes")
    start += count
    if start == end { removeAll() }
  }

  /// Forgets every byte; keeps the memory when no slice holds it.
  @inlinable public mutating func removeAll() {
    start = 0
    end = 0
    if storage != nil, !isKnownUniquelyReferenced(&storage!) { storage = nil }
  }

  /// Forgets every byte and gives the memory back.
  @inlinable public mutating func release() {
    storage = nil
    start = 0
    end = 0
  }

  /// A read-only view of `range`, counted from the first byte, that outlives any change of the buffer.
  @inlinable public func slice(_ range: Range<Int>) -> ByteSlice {
    precondition(range.lowerBound >= 0 && range.upperBound <= count, "slice \(range) of \(count) bytes")
    guard let storage, !range.isEmpty else { return ByteSlice() }
    return ByteSlice(storage: storage, start: start + range.lowerBound, count: range.count)
  }

  /// All bytes as a slice; the buffer is empty afterwards.
  @inlinable public mutating func take() -> ByteSlice {
    let taken = slice(0..<count)
    release()
    return taken
  }

  @usableFromInline mutating func makeRoom(_ more: Int) {
    let count = self.count
    if storage != nil, isKnownUniquelyReferenced(&storage!), storage!.byteCapacity - count >= more, start >= count {
      // SAFETY: nobody else sees this memory and the two ranges do not overlap (start >= count).
      unsafe storage!.base.copyMemory(from: storage!.base + start, byteCount: count)
    } else {
      let wanted = max(count + more, 64)
      let doubled = storage == nil ? wanted : max(wanted, min(count * 2, count + 1 << 20))
      let larger = ByteStorage.make(capacity: doubled)
      if let storage, count > 0 {
        // SAFETY: the new allocation holds at least `count` bytes and is not yet shared.
        unsafe larger.base.copyMemory(from: storage.base + start, byteCount: count)
      }
      storage = larger
    }
    start = 0
    end = count
  }
}
