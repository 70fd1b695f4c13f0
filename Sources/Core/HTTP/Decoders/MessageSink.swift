// MessageSink: what llhttp's callbacks write into, a plain struct behind the parser's `data` pointer.

internal import CLLHTTP

/// The memory of one parser: llhttp's own state, and the pieces of a chunked body its callbacks found. No class, no
/// reference counting. Names and values are not asked for: finding them again by their line ends (`HeadTable`) is
/// cheaper than two calls each, and makes a second reader that has to agree with the first.
@safe struct MessageSink {
  enum Stage {
    case head
    case headComplete
    case chunks
    case messageComplete
  }

  enum Refusal {
    case bodyTooLarge
    case chunkFramingTooLong
  }

  /// How many pieces are gathered before llhttp is paused to have them taken.
  static let piecesMax = 32

  var parser = unsafe llhttp_t()
  /// The first byte handed to llhttp in this call; pieces are counted from it.
  var window: UnsafePointer<CChar>?
  var stage = Stage.head
  var refusal: Refusal?
  var pieces = InlineArray<32, Run>(repeating: Run(0, count: 0))
  var pieceCount = 0

  /// Where the last piece ended, counted from the window's first byte (so negative for an earlier window).
  var dataEnd = 0
  var bodyBytes = 0
  let bodyBytesMax: Int
  let chunkFramingBytesMax: Int

  init(bodyBytesMax: Int, chunkFramingBytesMax: Int) {
    self.bodyBytesMax = bodyBytesMax
    self.chunkFramingBytesMax = chunkFramingBytesMax
  }

  /// Callbacks answer this to go on, this to stop until resumed, and this to fail.
  static let proceed: Int32 = 0
  static let pause = Int32(HPE_PAUSED.rawValue)
  static let fail: Int32 = -1

  mutating func headCompleted() -> Int32 {
    assert(stage == .head, "a head ends while the stage is \(stage)")
    stage = .headComplete
    return Self.pause
  }

  mutating func chunkAnnounced() -> Int32 {
    assert(bodyBytes <= bodyBytesMax, "\(bodyBytes) bytes of body passed a limit of \(bodyBytesMax)")
    guard unsafe parser.content_length <= UInt64(bodyBytesMax - bodyBytes) else {
      refusal = .bodyTooLarge
      return Self.fail
    }
    return Self.proceed
  }

  mutating func dataArrived(_ at: UnsafePointer<CChar>, _ count: Int) -> Int32 {
    // SAFETY: llhttp reports places inside the window it was given; only their distance is taken.
    let start = unsafe at - window!
    assert(stage == .chunks && start >= 0 && start >= dataEnd, "data at \(start), behind \(dataEnd), in \(stage)")
    if start - dataEnd > chunkFramingBytesMax {
      refusal = .chunkFramingTooLong
      return Self.fail
    }
    dataEnd = start + count
    bodyBytes += count
    pieces[pieceCount] = Run(start, count: count)
    pieceCount += 1
    return pieceCount == Self.piecesMax ? Self.pause : Self.proceed
  }

  mutating func messageCompleted() -> Int32 {
    assert(stage == .chunks, "a message ends while the stage is \(stage)")
    stage = .messageComplete
    return Self.pause
  }
}

/// llhttp's table of callbacks, one for all parsers, never freed. Each recovers the sink and calls one method.
nonisolated(unsafe) let messageCallbacks: UnsafeMutablePointer<llhttp_settings_t> = {
  // SAFETY: written once here, before any parser sees it; only read afterwards.
  let table = UnsafeMutablePointer<llhttp_settings_t>.allocate(capacity: 1)
  unsafe llhttp_settings_init(table)
  unsafe table.pointee.on_headers_complete = { unsafe sink($0).pointee.headCompleted() }
  unsafe table.pointee.on_chunk_header = { unsafe sink($0).pointee.chunkAnnounced() }
  unsafe table.pointee.on_body = { unsafe sink($0).pointee.dataArrived($1!, $2) }
  unsafe table.pointee.on_message_complete = { unsafe sink($0).pointee.messageCompleted() }
  return unsafe table
}()

@inline(__always) private func sink(_ parser: UnsafeMutablePointer<llhttp_t>?) -> UnsafeMutablePointer<MessageSink> {
  // SAFETY: MessageParser sets `data` to the sink this parser is part of, which lives as long as the parser.
  unsafe parser!.pointee.data.assumingMemoryBound(to: MessageSink.self)
}
