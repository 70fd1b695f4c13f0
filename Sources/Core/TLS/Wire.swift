// Wire: the ciphertext on its way in and out, which OpenSSL reads and writes through its BIO interface.

import Bytes
internal import COpenSSL

/// Two buffers in memory where a socket would be. OpenSSL's own memory BIO keeps its largest size for ever and copies
/// once more on the way out; this one holds nothing while nothing is under way, which is what thousands of open
/// streams need.
@safe
final class Wire {
  /// What the peer sent and OpenSSL has not read yet.
  var incoming = ByteBuffer()
  /// What OpenSSL wrote and nobody has taken yet.
  var outgoing = ByteBuffer()

  /// A BIO that reads `incoming` and writes `outgoing`; nil when memory is short. The caller frees it, and keeps this
  /// wire alive until then: the BIO does not.
  func makeBIO() -> OpaquePointer? {
    // SAFETY: the method table lives as long as the program; the wire outlives its BIO, as promised above.
    guard let bio = unsafe BIO_new(Self.method) else { return nil }
    unsafe BIO_set_data(bio, Unmanaged.passUnretained(self).toOpaque())
    unsafe BIO_set_init(bio, 1)
    return unsafe bio
  }

  /// Moves `outgoing` behind the last byte of `ciphertext`; into an empty buffer nothing is copied.
  func takeOutgoing(into ciphertext: inout ByteBuffer) {
    if outgoing.isEmpty { return }
    if ciphertext.isEmpty {
      swap(&outgoing, &ciphertext)
    } else {
      ciphertext.append(outgoing.take())
    }
    outgoing.release()
  }

  // MARK: what OpenSSL asks of a BIO

  fileprivate func write(_ bytes: UnsafeRawBufferPointer) -> Int32 {
    // SAFETY: fill reserves at least `bytes.count`, and fresh memory cannot overlap OpenSSL's.
    unsafe outgoing.fill(atLeast: bytes.count) { spare in
      unsafe spare.copyMemory(from: bytes)
      return bytes.count
    }
    return Int32(bytes.count)
  }

  /// Moves the next bytes into `destination`; 0 when there are none yet.
  fileprivate func read(into destination: UnsafeMutableRawBufferPointer) -> Int32 {
    let count = min(incoming.count, destination.count)
    if count == 0 { return 0 }
    // SAFETY: `count` is no more than the destination holds.
    unsafe Self.move(count, from: &incoming, to: destination)
    return Int32(count)
  }

  @unsafe private static func move(
    _ count: Int, from buffer: inout ByteBuffer, to destination: UnsafeMutableRawBufferPointer
  ) {
    unsafe buffer.span.withUnsafeBytes { bytes in
      unsafe destination.copyMemory(from: UnsafeRawBufferPointer(rebasing: bytes[..<count]))
    }
    buffer.consume(count)
    if buffer.isEmpty { buffer.release() }
  }

  /// The wire behind a BIO of `makeBIO`.
  fileprivate static func behind(_ bio: OpaquePointer?) -> Wire {
    // SAFETY: makeBIO stored this pointer, and the wire outlives the BIO.
    unsafe Unmanaged<Wire>.fromOpaque(BIO_get_data(bio)).takeUnretainedValue()
  }

  // SAFETY: made once, never changed or freed, and only read by OpenSSL.
  nonisolated(unsafe) private static let method: OpaquePointer? = {
    let method = unsafe BIO_meth_new(BIO_get_new_index() | BIO_TYPE_SOURCE_SINK, "ciphertext in memory")
    unsafe BIO_meth_set_write(method, wireWrite)
    unsafe BIO_meth_set_read(method, wireRead)
    unsafe BIO_meth_set_ctrl(method, wireControl)
    return unsafe method
  }()
}

private func wireWrite(bio: OpaquePointer?, bytes: UnsafePointer<CChar>?, count: Int32) -> Int32 {
  // SAFETY: OpenSSL hands `count` readable bytes.
  unsafe Wire.behind(bio).write(UnsafeRawBufferPointer(start: bytes, count: Int(count)))
}

private func wireRead(bio: OpaquePointer?, bytes: UnsafeMutablePointer<CChar>?, count: Int32) -> Int32 {
  // SAFETY: OpenSSL hands room for `count` bytes. An empty wire is "try again later", never the end.
  unsafe BIO_clear_flags(bio, BIO_FLAGS_READ | BIO_FLAGS_SHOULD_RETRY)
  let moved = unsafe Wire.behind(bio).read(into: UnsafeMutableRawBufferPointer(start: bytes, count: Int(count)))
  if moved == 0 { unsafe BIO_set_flags(bio, BIO_FLAGS_READ | BIO_FLAGS_SHOULD_RETRY) }
  return moved == 0 ? -1 : moved
}

/// Flushing is always done at once; every other question (kernel TLS, sizes, ends) is answered with no.
private func wireControl(bio: OpaquePointer?, command: Int32, number: Int, pointer: UnsafeMutableRawPointer?) -> Int {
  command == BIO_CTRL_FLUSH ? 1 : 0
}
