// MessageParser: the Swift owner of llhttp. Bytes in; a table of runs, or pieces of a chunked body, out.

import Bytes
internal import CLLHTTP

/// llhttp in strict mode with every lenient flag off, one message after another. It is given heads and chunked bodies;
/// bodies of known length are counted by the decoders and never pass through it.
@safe struct MessageParser: ~Copyable, @unchecked Sendable {
  enum Pause {
    case starved
    case headComplete
    case piecesWaiting
    case messageComplete
  }

  private let kind: MessageKind
  // SAFETY: one allocation made in init, freed in deinit, reached through this value alone; it never moves, so llhttp
  // may point into it. `llhttp` is the address of its first member.
  private let sink: UnsafeMutablePointer<MessageSink>
  private let llhttp: UnsafeMutablePointer<llhttp_t>

  init(_ kind: MessageKind, limits: HTTPLimits) {
    self.kind = kind
    let capacity = min(48, max(2, limits.fieldsMax * 2))
    unsafe sink = .allocate(capacity: 1)
    unsafe sink.initialize(
      to: MessageSink(
        runs: .allocate(capacity: capacity), runCapacity: capacity, runsMax: limits.fieldsMax * 2,
        bodyBytesMax: kind == .request ? limits.bodyBytesMax : .max,
        chunkFramingBytesMax: limits.chunkFramingBytesMax))
    unsafe llhttp = UnsafeMutableRawPointer(sink).assumingMemoryBound(to: llhttp_t.self)
    unsafe llhttp_init(llhttp, kind == .request ? HTTP_REQUEST : HTTP_RESPONSE, messageCallbacks)
    unsafe llhttp.pointee.data = UnsafeMutableRawPointer(sink)
  }

  deinit {
    unsafe sink.pointee.runs.deallocate()
    unsafe sink.deinitialize(count: 1)
    unsafe sink.deallocate()
  }

  /// Ready for the next message.
  mutating func reset() {
    // SAFETY: every access below is to the allocation this value owns.
    unsafe llhttp_reset(llhttp)
    unsafe sink.pointee.stage = .firstLine
    unsafe sink.pointee.refusal = nil
    unsafe sink.pointee.target = Run(0, count: 0)
    unsafe sink.pointee.runCount = 0
    unsafe sink.pointee.dataEnd = 0
    unsafe sink.pointee.bodyBytes = 0
  }

  /// The head is done and a chunked body follows: from now on runs are pieces of data.
  mutating func beginChunks() {
    // SAFETY: our own allocation. An upgrade is never offered, so a request for one is an ordinary message.
    unsafe llhttp.pointee.upgrade = 0
    unsafe sink.pointee.stage = .chunks
    unsafe sink.pointee.runCount = 0
  }

  /// Reads `window`, whose first byte is byte `origin` of the head, and says why it stopped and after how many bytes.
  mutating func feedHead(_ window: Span<UInt8>, origin: Int) throws(HTTPError) -> (pause: Pause, consumed: Int) {
    unsafe sink.pointee.origin = origin
    return try feed(window)
  }

  /// Reads `window`, the bytes after those read before; the pieces found lie inside it.
  mutating func feedChunks(_ window: Span<UInt8>) throws(HTTPError) -> (pause: Pause, consumed: Int) {
    // SAFETY: our own allocation.
    unsafe sink.pointee.origin = 0
    unsafe sink.pointee.runCount = 0
    let step = try feed(window)
    unsafe sink.pointee.dataEnd -= step.consumed
    if unsafe -sink.pointee.dataEnd > sink.pointee.chunkFramingBytesMax { throw refusal(.chunkFramingTooLong) }
    return step
  }

  private mutating func feed(_ window: Span<UInt8>) throws(HTTPError) -> (pause: Pause, consumed: Int) {
    if window.isEmpty { return (.starved, 0) }
    // SAFETY: llhttp reads window.count bytes and keeps no pointer into them: an open span is reported at the end of
    // the window and reopened at the start of the next.
    let (failed, consumed) = unsafe window.withUnsafeBytes { bytes in
      let first = unsafe bytes.baseAddress!.assumingMemoryBound(to: CChar.self)
      unsafe sink.pointee.window = first
      unsafe llhttp_resume(llhttp)
      let code = unsafe llhttp_execute(llhttp, first, bytes.count)
      if code == HPE_OK { return (false, bytes.count) }
      return unsafe (code != HPE_PAUSED, llhttp_get_error_pos(llhttp) - first)
    }
    if failed { throw failure(at: consumed) }
    let paused = unsafe llhttp.pointee.error == Int32(HPE_PAUSED.rawValue)
    switch unsafe sink.pointee.stage {
    case .headComplete: return (.headComplete, consumed)
    case .messageComplete: return (.messageComplete, consumed)
    case .chunks where paused: return (.piecesWaiting, consumed)
    case .firstLine, .name, .value, .chunks: return (.starved, consumed)
    }
  }

  // MARK: what was found

  /// Names and values alternating, or pieces of data.
  var runCount: Int { unsafe sink.pointee.runCount }

  func run(at index: Int) -> Run {
    precondition(index >= 0 && index < runCount, "run \(index) of \(runCount)")
    // SAFETY: checked above.
    return unsafe sink.pointee.runs[index]
  }

  var target: Run { unsafe sink.pointee.target }
  var method: Method { unsafe Method(llhttpNumber: llhttp.pointee.method) }
  var status: Int { unsafe Int(llhttp.pointee.status_code) }

  /// Whether a name has begun, so that the first line is over.
  var isPastFirstLine: Bool { unsafe sink.pointee.stage != .firstLine }

  /// A first line without a version: HTTP/0.9, known as soon as that line has been read.
  var isVersionless: Bool {
    unsafe kind == .request && llhttp.pointee.http_major == 0 && llhttp.pointee.http_minor == 9
  }

  /// What version and Connection fields say about the connection after this message (RFC 9112 9.3).
  var keepsAlive: Bool {
    let flags = unsafe UInt32(llhttp.pointee.flags)
    if flags & F_CONNECTION_CLOSE.rawValue != 0 { return false }
    return unsafe llhttp.pointee.http_minor > 0 || flags & F_CONNECTION_KEEP_ALIVE.rawValue != 0
  }

  // MARK: refusals

  private func failure(at offset: Int) -> HTTPError {
    // Said first, so that the verdict does not depend on how much of the rest had arrived.
    if isVersionless { return versionlessRefusal }
    if let refusal = unsafe sink.pointee.refusal { return self.refusal(refusal) }
    let code = unsafe llhttp_get_errno(llhttp)
    switch code {
    case HPE_INVALID_METHOD where kind == .request:
      return kind.refused(
        501, "its method is not one HTTP knows, or it is not HTTP at all (is it TLS on a plain port?)")
    case HPE_INVALID_VERSION, HPE_PAUSED_H2_UPGRADE:
      return kind.refused(505, "this side speaks HTTP/1.1 and HTTP/1.0 only")
    default:
      // SAFETY: llhttp's reasons are literals.
      let reason = unsafe llhttp_get_error_reason(llhttp).map { unsafe String(cString: $0) } ?? "unreadable"
      let place =
        unsafe sink.pointee.stage == .chunks ? "in its chunked body" : "at byte \(sink.pointee.origin + offset)"
      return kind.malformed("\(reason), \(place)")
    }
  }

  var versionlessRefusal: HTTPError { kind.refused(505, "HTTP/0.9 is not served; send HTTP/1.1") }

  private func refusal(_ refusal: MessageSink.Refusal) -> HTTPError {
    switch refusal {
    case .tooManyFields: kind.refused(431, "its head has more than \(unsafe sink.pointee.runsMax / 2) fields")
    case .foldedLine: kind.malformed("a field is folded over several lines; send it on one")
    case .bodyTooLarge: kind.refused(413, "its body is larger than \(unsafe sink.pointee.bodyBytesMax) bytes")
    case .chunkFramingTooLong:
      kind.malformed("more than \(unsafe sink.pointee.chunkFramingBytesMax) bytes of chunk extensions or trailers")
    }
  }
}
