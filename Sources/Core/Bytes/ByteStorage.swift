// ByteStorage: one allocation of bytes, freed with its last reference.

import Glibc

/// The memory behind `ByteBuffer` and `ByteSlice`. A slice keeps it alive; the buffer that fills it is the only writer
/// and never rewrites bytes a slice can see, so slices may be read while the buffer goes on growing.
@safe
public final class ByteStorage: @unchecked Sendable {
  // SAFETY: `base` is allocated in init, freed in deinit, never reseated; `capacity` is its size in bytes.
  @usableFromInline let base: UnsafeMutableRawPointer
  @usableFromInline let capacity: Int

  @usableFromInline init(capacity: Int) {
    // malloc is aligned for anything; asking for an alignment would take the allocator's slow path.
    guard let memory = unsafe malloc(capacity) else { fatalError("no memory for \(capacity) bytes") }
    unsafe base = memory
    self.capacity = capacity
  }

  deinit { unsafe free(base) }
}
