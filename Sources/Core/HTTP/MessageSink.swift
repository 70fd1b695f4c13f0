// MessageSink: what llhttp's callbacks write into, a plain struct behind the parser's `data` pointer.

internal import CLLHTTP

/// The memory of one parser: llhttp's own state, and the table of runs its callbacks fill. While a head is read the runs
/// are name, value, name, value; while a chunked body is read they are the pieces of data. No class, no reference
/// counting: llhttp calls these functions for every name and value.
@safe struct MessageSink {
  enum Stage {
    case firstLine
    case name
    case value
    case headComplete
    case chunks
    case messageComplete
  }

  enum Refusal {
    case tooManyFields
    case foldedLine
    case bodyTooLarge
    case chunkFramingTooLong
  }

  var parser = unsafe llhttp_t()
  /// The first byte handed to llhttp in this call, and its place in the message.
  var window: UnsafePointer<CChar>?
  var origin = 0
  var stage = Stage.firstLine
  var refusal: Refusal?
  var target = Run(0, count: 0)

  /// Owned: allocated and freed by `MessageParser`, grown here.
  var runs: UnsafeMutablePointer<Run>
  var runCapacity: Int
  var runCount = 0
  let runsMax: Int

  /// Where the last piece of data ended, counted from the window's first byte (so negative for an earlier window).
  var dataEnd = 0
  var bodyBytes = 0
  let bodyBytesMax: Int
  let chunkFramingBytesMax: Int

  /// Callbacks answer this to go on, this to stop until resumed, and this to fail.
  static let proceed: Int32 = 0
  static let pause = Int32(HPE_PAUSED.rawValue)
  static let fail: Int32 = -1

  // MARK: events of a head

  mutating func targetArrived(_ at: UnsafePointer<CChar>, _ count: Int) -> Int32 {
    if target.count == 0 { target = unsafe Run(place(of: at), count: 0) }
    target.count += UInt32(truncatingIfNeeded: count)
    return Self.proceed
  }

  mutating func nameArrived(_ at: UnsafePointer<CChar>, _ count: Int) -> Int32 {
    if stage == .chunks { return Self.proceed }  // a trailer: read over, its bytes bounded by the decoder
    if stage == .name { return extendLast(by: count) }
    guard makeRoomForField() else { return refuse(.tooManyFields) }
    stage = .name
    unsafe append(Run(place(of: at), count: count))
    return Self.proceed
  }

  mutating func valueArrived(_ at: UnsafePointer<CChar>, _ count: Int) -> Int32 {
    if stage == .chunks { return Self.proceed }
    if stage == .value {
      // SAFETY: a value has been appended, so runCount > 0.
      let last = unsafe runs[runCount - 1]
      // llhttp reports a folded line (RFC 9112 5.2) as one more part of the value, further on.
      if unsafe last.end != place(of: at) { return refuse(.foldedLine) }
      return extendLast(by: count)
    }
    stage = .value
    unsafe append(Run(place(of: at), count: count))
    return Self.proceed
  }

  mutating func headCompleted() -> Int32 {
    stage = .headComplete
    return Self.pause
  }

  // MARK: events of a chunked body

  mutating func chunkAnnounced() -> Int32 {
    unsafe parser.content_length > UInt64(bodyBytesMax - bodyBytes) ? refuse(.bodyTooLarge) : Self.proceed
  }

  mutating func dataArrived(_ at: UnsafePointer<CChar>, _ count: Int) -> Int32 {
    let start = unsafe place(of: at)
    if start - dataEnd > chunkFramingBytesMax { return refuse(.chunkFramingTooLong) }
    dataEnd = start + count
    bodyBytes += count
    append(Run(start, count: count))
    return runCount == runCapacity ? Self.pause : Self.proceed
  }

  mutating func messageCompleted() -> Int32 {
    stage = .messageComplete
    return Self.pause
  }

  // MARK: helpers

  private func place(of at: UnsafePointer<CChar>) -> Int {
    // SAFETY: llhttp reports places inside the window it was given; only their distance is taken.
    unsafe origin + (at - window!)
  }

  private mutating func extendLast(by count: Int) -> Int32 {
    // SAFETY: called only when a name or value has been appended, so runCount > 0.
    unsafe runs[runCount - 1].count += UInt32(truncatingIfNeeded: count)
    return Self.proceed
  }

  private mutating func append(_ run: Run) {
    precondition(runCount < runCapacity, "no room was made for a run")
    // SAFETY: checked above; the table holds runCapacity runs.
    unsafe (runs + runCount).initialize(to: run)
    runCount += 1
  }

  private mutating func refuse(_ why: Refusal) -> Int32 {
    refusal = why
    return Self.fail
  }

  /// Room for a name and its value, growing up to the limit.
  private mutating func makeRoomForField() -> Bool {
    if runCount + 2 <= runCapacity { return true }
    if runCount + 2 > runsMax { return false }
    let larger = min(runCapacity * 2, runsMax)
    // SAFETY: the new table is larger than runCount; the old one is not used after it is freed.
    let moved = UnsafeMutablePointer<Run>.allocate(capacity: larger)
    unsafe moved.moveInitialize(from: runs, count: runCount)
    unsafe runs.deallocate()
    unsafe runs = moved
    runCapacity = larger
    return true
  }
}

/// llhttp's table of callbacks, one for all parsers, never freed. Each recovers the sink and calls one method.
nonisolated(unsafe) let messageCallbacks: UnsafeMutablePointer<llhttp_settings_t> = {
  // SAFETY: written once here, before any parser sees it; only read afterwards.
  let table = UnsafeMutablePointer<llhttp_settings_t>.allocate(capacity: 1)
  unsafe llhttp_settings_init(table)
  unsafe table.pointee.on_url = { unsafe sink($0).pointee.targetArrived($1!, $2) }
  unsafe table.pointee.on_header_field = { unsafe sink($0).pointee.nameArrived($1!, $2) }
  unsafe table.pointee.on_header_value = { unsafe sink($0).pointee.valueArrived($1!, $2) }
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
