// ByteStorage: one allocation of bytes, freed with its last reference.

/// The memory behind `ByteBuffer` and `ByteSlice`: reference count, capacity and bytes in one allocation. A slice keeps it
/// alive; the buffer that fills it is the only writer and never rewrites bytes a slice can see, so slices may be read
/// while the buffer goes on growing.
@safe
public final class ByteStorage: ManagedBuffer<Int, UInt8> {
  /// Storage for `capacity` bytes, not initialised.
  @inlinable static func make(capacity: Int) -> ByteStorage {
    // SAFETY: `create` on this class makes an instance of this class.
    unsafe unsafeDowncast(create(minimumCapacity: capacity) { _ in capacity }, to: ByteStorage.self)
  }

  @inlinable var byteCapacity: Int { header }

  /// The first byte; valid as long as the object is referenced.
  @unsafe @inlinable var base: UnsafeMutableRawPointer {
    unsafe withUnsafeMutablePointerToElements { UnsafeMutableRawPointer($0) }
  }
}
