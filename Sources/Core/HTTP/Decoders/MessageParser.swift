// MessageParser: the Swift owner of llhttp. Bytes in; the end of a head, or pieces of a chunked body, out.

import Bytes
internal import CLLHTTP

/// llhttp in strict mode with every lenient flag off, one message after another. It reads heads and chunked bodies;
/// bodies of known length are counted by the decoders and never pass through it.
@safe struct MessageParser: ~Copyable, @unchecked Sendable {
  enum Pause {
    case starved
    case headComplete
    case piecesWaiting
    case messageComplete
  }

  private let kind: MessageKind
  /// Bytes of the unfinished head read in earlier calls.
  private(set) var headBytes = 0
  // SAFETY: one allocation made in init, freed in deinit, reached through this value alone; it never moves, so llhttp
  // may point into it. `llhttp` is the address of its first member.
  private let sink: UnsafeMutablePointer<MessageSink>
  private let llhttp: UnsafeMutablePointer<llhttp_t>

  init(_ kind: MessageKind, limits: HTTPLimits) {
    self.kind = kind
    unsafe sink = .allocate(capacity: 1)
    unsafe sink.initialize(
      to: MessageSink(
        bodyBytesMax: kind == .request ? limits.bodyBytesMax : .max,
        chunkFramingBytesMax: limits.chunkFramingBytesMax))
    unsafe llhttp = UnsafeMutableRawPointer(sink).assumingMemoryBound(to: llhttp_t.self)
    unsafe llhttp_init(llhttp, kind == .request ? HTTP_REQUEST : HTTP_RESPONSE, messageCallbacks)
    unsafe llhttp.pointee.data = UnsafeMutableRawPointer(sink)
  }

  deinit {
    unsafe sink.deinitialize(count: 1)
    unsafe sink.deallocate()
  }

  /// Ready for the next message.
  mutating func reset() {
    headBytes = 0
    // SAFETY: every access below is to the allocation this value owns.
    unsafe llhttp_reset(llhttp)
    unsafe sink.pointee.stage = .head
    unsafe sink.pointee.refusal = nil
    unsafe sink.pointee.dataEnd = 0
    unsafe sink.pointee.bodyBytes = 0
  }

  /// Reads on in a head that begins at the first byte of `message` and is at most `limit` bytes long. True when it is
  /// complete: it is then `headBytes` long.
  mutating func feedHead(_ message: Span<UInt8>, limit: Int) throws(HTTPError) -> Bool {
    let end = min(message.count, limit)
    if end <= headBytes { return false }
    let (pause, consumed) = try feed(message.extracting(headBytes..<end))
    headBytes += consumed
    assert(headBytes <= end, "\(headBytes) bytes read of a head of at most \(end)")
    return pause == .headComplete
  }

  /// The head is done and a chunked body follows.
  mutating func beginChunks() {
    assert(isChunked, "a body is read in chunks that has none")
    assert(unsafe sink.pointee.stage == .headComplete, "chunks begin while the stage is \(unsafe sink.pointee.stage)")
    headBytes = 0
    // SAFETY: our own allocation. An upgrade is never taken up, so a request for one is an ordinary message.
    unsafe llhttp.pointee.upgrade = 0
    unsafe sink.pointee.stage = .chunks
  }

  /// Reads `window`, the bytes after those read before; the pieces found lie inside it.
  mutating func feedChunks(_ window: Span<UInt8>) throws(HTTPError) -> (pause: Pause, consumed: Int) {
    // SAFETY: our own allocation.
    assert(unsafe sink.pointee.stage == .chunks, "chunks are fed while the stage is \(unsafe sink.pointee.stage)")
    unsafe sink.pointee.pieceCount = 0
    let step = try feed(window)
    unsafe sink.pointee.dataEnd -= step.consumed
    if unsafe -sink.pointee.dataEnd > sink.pointee.chunkFramingBytesMax { throw refusal(.chunkFramingTooLong) }
    return step
  }

  private mutating func feed(_ window: Span<UInt8>) throws(HTTPError) -> (pause: Pause, consumed: Int) {
    if window.isEmpty { return (.starved, 0) }
    // SAFETY: llhttp reads window.count bytes and keeps no pointer into them: an open span is reported at the end of
    // the window and reopened at the start of the next.
    let (code, consumed) = unsafe window.withUnsafeBytes { bytes in
      let first = unsafe bytes.baseAddress!.assumingMemoryBound(to: CChar.self)
      unsafe sink.pointee.window = first
      unsafe llhttp_resume(llhttp)
      let code = unsafe llhttp_execute(llhttp, first, bytes.count)
      return unsafe (code, code == HPE_OK ? bytes.count : llhttp_get_error_pos(llhttp) - first)
    }
    assert((0...window.count).contains(consumed), "\(consumed) of \(window.count) bytes were read")
    if code == HPE_OK { return (.starved, consumed) }
    if code != HPE_PAUSED { throw failure(code, at: headBytes + consumed) }
    switch unsafe sink.pointee.stage {
    case .headComplete: return (.headComplete, consumed)
    case .messageComplete: return (.messageComplete, consumed)
    case .head, .chunks: return (.piecesWaiting, consumed)
    }
  }

  // MARK: what was found

  /// The pieces of data the last window held.
  var pieceCount: Int { unsafe sink.pointee.pieceCount }
  func piece(at index: Int) -> Range<Int> { unsafe sink.pointee.pieces[index].range }

  var method: Method { unsafe Method(llhttpNumber: llhttp.pointee.method) }
  var status: Int { unsafe Int(llhttp.pointee.status_code) }

  /// A first line without a version: HTTP/0.9, known as soon as that line has been read.
  var isVersionless: Bool {
    unsafe kind == .request && llhttp.pointee.http_major == 0 && llhttp.pointee.http_minor == 9
  }

  /// Whether llhttp, too, takes the body to be chunked.
  var isChunked: Bool { unsafe UInt32(llhttp.pointee.flags) & F_CHUNKED.rawValue != 0 }

  /// What version and Connection fields say about the connection after this message (RFC 9112 9.3).
  var keepsAlive: Bool {
    let flags = unsafe UInt32(llhttp.pointee.flags)
    if flags & F_CONNECTION_CLOSE.rawValue != 0 { return false }
    return unsafe llhttp.pointee.http_minor > 0 || flags & F_CONNECTION_KEEP_ALIVE.rawValue != 0
  }

  // MARK: refusals

  private func failure(_ code: llhttp_errno_t, at offset: Int) -> HTTPError {
    // Said first, so that the verdict does not depend on how much of the rest had arrived.
    if isVersionless { return versionlessRefusal }
    let inBody = unsafe sink.pointee.stage == .chunks
    if inBody, unsafe offset - sink.pointee.dataEnd > sink.pointee.chunkFramingBytesMax {
      return refusal(.chunkFramingTooLong)
    }
    if let refusal = unsafe sink.pointee.refusal { return self.refusal(refusal) }
    switch code {
    case HPE_INVALID_METHOD where kind == .request:
      return kind.refused(
        501, "its method is not one HTTP knows, or it is not HTTP at all (is it TLS on a plain port?)")
    case HPE_INVALID_VERSION, HPE_PAUSED_H2_UPGRADE:
      return kind.refused(505, "this side speaks HTTP/1.1 and HTTP/1.0 only")
    default:
      // SAFETY: llhttp's reasons are literals.
      let reason = unsafe llhttp_get_error_reason(llhttp).map { unsafe String(cString: $0) } ?? "unreadable"
      return kind.malformed("\(reason), \(inBody ? "in its chunked body" : "at byte \(offset)")")
    }
  }

  var versionlessRefusal: HTTPError { kind.refused(505, "HTTP/0.9 is not served; send HTTP/1.1") }

  private func refusal(_ refusal: MessageSink.Refusal) -> HTTPError {
    switch refusal {
    case .bodyTooLarge: kind.refused(413, "its body is larger than \(unsafe sink.pointee.bodyBytesMax) bytes")
    case .chunkFramingTooLong:
      kind.malformed("more than \(unsafe sink.pointee.chunkFramingBytesMax) bytes of chunk extensions or trailers")
    }
  }
}
