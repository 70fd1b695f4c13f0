// ByteStorage: one allocation of bytes, freed with its last reference.

/// The memory behind `ByteBuffer` and `ByteSlice`. A slice keeps it alive; the buffer that fills it is the only writer
/// and never rewrites bytes a slice can see, so slices may be read while the buffer goes on growing.
@safe
public final class ByteStorage: @unchecked Sendable {
  // SAFETY: `base` is allocated in init, freed in deinit, never reseated; `capacity` is its size in bytes.
  @usableFromInline let base: UnsafeMutableRawPointer
  @usableFromInline let capacity: Int

  @usableFromInline init(capacity: Int) {
    unsafe base = UnsafeMutableRawPointer.allocate(byteCount: capacity, alignment: 16)
    self.capacity = capacity
  }

  deinit { unsafe base.deallocate() }
}
