// ZoneRules: when the clocks of a zone were and will be set, from a file of the IANA database (TZif, RFC 8536).

/// Offsets from UTC by time. A reference, so that windows that have a zone are quick to copy.
final class ZoneRules: Sendable {
  let name: String
  /// Seconds since 1970 at which an offset begins, in order, and those offsets in seconds.
  private let transitions: [Int64]
  private let offsets: [Int64]
  /// Before the first transition.
  private let firstOffset: Int64
  /// After the last one; nil: as the last one said.
  private let recurring: RecurringZone?

  init(_ name: String, file: [UInt8]) throws(ZoneError) {
    self.name = name
    var reader = TZifReader(file)
    do throws(TZifReader.Malformed) {
      let block = try reader.readNewestBlock()
      transitions = block.transitions
      offsets = block.offsets
      firstOffset = block.firstOffset
      recurring = block.footer.isEmpty ? nil : try RecurringZone(block.footer)
    } catch { throw ZoneError(name, "has a damaged file in the time zone database: \(error.reason)") }
  }

  func offsetMs(at milliseconds: Int64) -> Int64 {
    let seconds = milliseconds.flooredQuotient(by: 1000)
    guard let last = transitions.last else { return (recurring?.offset(at: seconds) ?? firstOffset) * 1000 }
    if seconds >= last, let recurring { return recurring.offset(at: seconds) * 1000 }
    // The last transition that is not after it.
    var (low, high) = (0, transitions.count)
    while low < high {
      let middle = (low + high) / 2
      if transitions[middle] <= seconds { low = middle + 1 } else { high = middle }
    }
    assert(low == 0 || transitions[low - 1] <= seconds, "transition \(low - 1) is after \(seconds)")
    assert(low == transitions.count || transitions[low] > seconds, "transition \(low) is not after \(seconds)")
    return (low == 0 ? firstOffset : offsets[low - 1]) * 1000
  }
}

/// Reads the newest data block of a TZif file. Every count is checked against what the file has.
struct TZifReader {
  struct Malformed: Error {
    let reason: String
  }

  struct Block {
    var transitions: [Int64] = []
    var offsets: [Int64] = []
    var firstOffset: Int64 = 0
    var footer: [UInt8] = []
  }

  private var bytes: ArraySlice<UInt8>

  init(_ file: [UInt8]) { bytes = file[...] }

  private struct Header {
    var version: UInt8
    var isUTCount: Int
    var isStandardCount: Int
    var leapCount: Int
    var timeCount: Int
    var typeCount: Int
    var characterCount: Int

    /// RFC 8536 3.2, with times of `timeBytes` bytes.
    func dataBytes(timeBytes: Int) -> Int {
      timeCount * (timeBytes + 1) + typeCount * 6 + characterCount + leapCount * (timeBytes + 4) + isStandardCount
        + isUTCount
    }
  }

  mutating func readNewestBlock() throws(Malformed) -> Block {
    let first = try header()
    if first.version < UInt8(ascii: "2") { return try block(first, timeBytes: 4) }
    _ = try take(first.dataBytes(timeBytes: 4))
    var block = try block(try header(), timeBytes: 8)
    guard bytes.popFirst() == UInt8(ascii: "\n"), let end = bytes.firstIndex(of: UInt8(ascii: "\n")) else {
      throw Malformed(reason: "its footer is not between two newlines (RFC 8536 3.3)")
    }
    block.footer = Array(bytes[..<end])
    return block
  }

  private mutating func header() throws(Malformed) -> Header {
    guard try take(4) == Array("TZif".utf8)[...] else { throw Malformed(reason: "it does not begin with TZif") }
    let version = try take(1).first!
    _ = try take(15)
    let header = Header(
      version: version, isUTCount: try count(), isStandardCount: try count(), leapCount: try count(),
      timeCount: try count(), typeCount: try count(), characterCount: try count())
    guard header.typeCount > 0 else { throw Malformed(reason: "it has no local time types") }
    return header
  }

  private mutating func block(_ header: Header, timeBytes: Int) throws(Malformed) -> Block {
    var data = TZifReader(Array(try take(header.dataBytes(timeBytes: timeBytes))))
    var block = Block()
    for _ in 0..<header.timeCount { block.transitions.append(try data.integer(timeBytes)) }
    guard zip(block.transitions, block.transitions.dropFirst()).allSatisfy({ $0 < $1 }) else {
      throw Malformed(reason: "its transitions are not in order")
    }
    let types = Array(try data.take(header.timeCount))
    var offsets: [Int64] = []
    for _ in 0..<header.typeCount {
      let offset = try data.integer(4)
      _ = try data.take(2)
      // RFC 8536 3.2: between -25 and 26 hours.
      guard (-89_999...93_599).contains(offset) else { throw Malformed(reason: "an offset is out of bounds") }
      offsets.append(offset)
    }
    guard types.allSatisfy({ Int($0) < offsets.count }) else { throw Malformed(reason: "a type does not exist") }
    block.offsets = types.map { offsets[Int($0)] }
    block.firstOffset = offsets[0]
    assert(block.offsets.count == block.transitions.count, "a transition has no offset")
    return block
  }

  private mutating func count() throws(Malformed) -> Int {
    let count = try integer(4)
    guard (0...100_000).contains(count) else { throw Malformed(reason: "a count is out of bounds") }
    return Int(count)
  }

  private mutating func integer(_ size: Int) throws(Malformed) -> Int64 {
    let part = try take(size)
    let value = part.reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
    return size == 4 ? Int64(Int32(truncatingIfNeeded: value)) : Int64(bitPattern: value)
  }

  private mutating func take(_ count: Int) throws(Malformed) -> ArraySlice<UInt8> {
    assert(count >= 0, "\(count) bytes are taken")
    guard bytes.count >= count else { throw Malformed(reason: "it ends too early") }
    defer { bytes = bytes.dropFirst(count) }
    return bytes.prefix(count)
  }
}
