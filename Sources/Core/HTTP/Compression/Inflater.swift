// Inflater: zlib's half of unpacking a body, one stream of bytes in and out.

import Bytes
internal import CZlib

/// One run of zlib. It keeps 32 KiB of what it wrote, and bytes in between two calls.
@safe
final class Inflater {
  enum Format {
    /// RFC 1952.
    case gzip
    /// RFC 1950, which is what `deflate` means (RFC 9110 8.4.1.2).
    case zlib
    /// RFC 1951 without a frame, which some senders take it for.
    case raw
  }

  enum Outcome {
    /// All input was taken, or the room is full.
    case open
    case finished
    case corrupt
  }

  // SAFETY: allocated here, because zlib remembers the address; freed in deinit, after zlib has given back its own.
  private let stream: UnsafeMutablePointer<z_stream>

  init(_ format: Format) {
    unsafe stream = .allocate(capacity: 1)
    unsafe stream.initialize(to: z_stream())
    let windowBits: Int32 =
      switch format {
      case .gzip: MAX_WBITS + 16
      case .zlib: MAX_WBITS
      case .raw: -MAX_WBITS
      }
    // SAFETY: the version and the size are those of the header that this was compiled with.
    let status = unsafe inflateInit2_(stream, windowBits, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size))
    precondition(status == Z_OK, "zlib could not begin: out of memory")
  }

  deinit {
    unsafe inflateEnd(stream)
    unsafe stream.deallocate()
  }

  /// Unpacks bytes from the front of `packed`, appending at most about `room` bytes to `body`.
  func inflate(_ packed: inout ByteBuffer, into body: inout ByteBuffer, room: Int) -> Outcome {
    var status = Z_OK
    var taken = 0
    // SAFETY: zlib reads and writes inside the two runs, which are lent for the call, and is told their sizes.
    unsafe packed.span.withUnsafeBytes { input in
      unsafe body.fill(atLeast: room) { spare in
        let written = min(spare.count, room)
        unsafe stream.pointee.next_in = UnsafeMutablePointer(
          mutating: input.baseAddress?.assumingMemoryBound(to: UInt8.self))
        unsafe stream.pointee.avail_in = UInt32(clamping: input.count)
        unsafe stream.pointee.next_out = spare.baseAddress?.assumingMemoryBound(to: UInt8.self)
        unsafe stream.pointee.avail_out = UInt32(written)
        status = unsafe CZlib.inflate(stream, Z_NO_FLUSH)
        taken = unsafe min(input.count, Int(UInt32.max)) - Int(stream.pointee.avail_in)
        return written - Int(unsafe stream.pointee.avail_out)
      }
    }
    assert((0...packed.count).contains(taken), "zlib took \(taken) of \(packed.count) bytes")
    packed.consume(taken)
    switch status {
    case Z_STREAM_END: return .finished
    // Z_BUF_ERROR is no error: nothing could be done with so little input or room.
    case Z_OK, Z_BUF_ERROR: return .open
    default: return .corrupt
    }
  }

  /// Begins anew, for what comes behind the end.
  func reset() { unsafe _ = inflateReset(stream) }
}
