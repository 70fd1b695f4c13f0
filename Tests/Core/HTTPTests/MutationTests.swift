import Bytes
import HTTP
import Testing

/// Damaged messages, the same ones on every run: none crashes, and none is read differently when it arrives in pieces.
@Suite struct MutationTests {
  /// SplitMix64 (Steele, Lea, Flood 2014): small, and the same everywhere.
  struct Dice: RandomNumberGenerator {
    var state: UInt64
    mutating func next() -> UInt64 {
      state &+= 0x9E37_79B9_7F4A_7C15
      var z = state
      z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
      z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
      return z ^ (z >> 31)
    }
  }

  static let dictionary: [String] = [
    "\r\n", "\n", "\r", "\0", " ", "\t", ":", ";", ",", "\r\n\r\n", "\r\n ", "Content-Length: 3\r\n", "0\r\n\r\n",
    "5\r\n",
    "Transfer-Encoding: chunked\r\n", "Host: b\r\n", "HTTP/1.0", "HTTP/1.1 200 OK\r\n", "GET / HTTP/1.1\r\n", "data:",
    "data",
    "event: x", "\u{feff}", "Expect: 100-continue\r\n", "Connection: close\r\n", "FFFFFFFFFFFFFFFF", "-1",
  ]

  static func mutate(_ bytes: [UInt8], _ dice: inout Dice) -> [UInt8] {
    var bytes = bytes
    for _ in 0..<Int.random(in: 1...4, using: &dice) {
      let at = Int.random(in: 0...bytes.count, using: &dice)
      switch Int.random(in: 0..<5, using: &dice) {
      case 0 where at < bytes.count: bytes[at] = UInt8.random(in: 0...255, using: &dice)
      case 1 where at < bytes.count: bytes.remove(at: at)
      case 2: bytes.insert(contentsOf: dictionary.randomElement(using: &dice)!.utf8, at: at)
      case 3 where at < bytes.count:
        let end = min(bytes.count, at + Int.random(in: 1...30, using: &dice))
        bytes.insert(contentsOf: bytes[at..<end], at: Int.random(in: 0...bytes.count, using: &dice))
      default: bytes.removeLast(min(bytes.count, Int.random(in: 0...5, using: &dice)))
      }
    }
    return bytes
  }

  static func reads(_ dice: inout Dice) -> Reads {
    Reads(sizes: (0..<8).map { _ in Int.random(in: 1...40, using: &dice) })
  }

  static var limits: HTTPLimits {
    var limits = HTTPLimits()
    limits.headBytesMax = 300
    limits.bodyBytesMax = 100
    limits.fieldsMax = 12
    limits.chunkFramingBytesMax = 60
    limits.eventBytesMax = 120
    return limits
  }

  static let rounds = 10_000

  @Test func damagedRequestsAreReadTheSameWholeAndInPieces() {
    var dice = Dice(state: 1)
    let seeds = RequestDecoderTests.table.map(\.wire) + SmugglingTests.requestTable.map(\.wire)
    var refused = 0
    for round in 0..<Self.rounds {
      let bytes = Self.mutate(Array(seeds.randomElement(using: &dice)!.utf8), &dice)
      let whole = requests(in: bytes, limits: Self.limits)
      let pieces = requests(in: bytes, Self.reads(&dice), limits: Self.limits)
      if whole != pieces {
        Issue.record("round \(round): \(String(bytes.span).debugDescription): \(whole) or \(pieces)")
      }
      if whole.last?.hasPrefix("refused") == true { refused += 1 }
    }
    #expect(refused > Self.rounds / 4 && refused < Self.rounds)
  }

  @Test func damagedRepliesAreReadTheSameWholeAndInPieces() {
    var dice = Dice(state: 2)
    let seeds = ReplyDecoderTests.table.map(\.wire) + SmugglingTests.replyTable.map(\.wire)
    for round in 0..<Self.rounds {
      let bytes = Self.mutate(Array(seeds.randomElement(using: &dice)!.utf8), &dice)
      let whole = replies(in: bytes, closes: true, limits: Self.limits)
      let pieces = replies(in: bytes, Self.reads(&dice), closes: true, limits: Self.limits)
      // Whether bytes follow the end is not known before they arrive.
      let same =
        whole.map { $0.replacing(" close {", with: " keep {") }
        == pieces.map { $0.replacing(" close {", with: " keep {") }
      if !same { Issue.record("round \(round): \(String(bytes.span).debugDescription): \(whole) or \(pieces)") }
    }
  }

  @Test func damagedEventStreamsAreReadTheSameWholeAndInPieces() {
    var dice = Dice(state: 3)
    let seeds = EventStreamDecoderTests.table.map(\.wire)
    for round in 0..<Self.rounds {
      let bytes = Self.mutate(Array(seeds.randomElement(using: &dice)!.utf8), &dice)
      let whole = events(in: bytes, limits: Self.limits)
      let pieces = events(in: bytes, Self.reads(&dice), limits: Self.limits)
      let refused = whole.seen.last?.hasPrefix("refused") == true
      let same = whole.seen == pieces.seen && (refused || (whole.raw == bytes && pieces.raw == bytes))
      if !same {
        Issue.record("round \(round): \(String(bytes.span).debugDescription): \(whole.seen) or \(pieces.seen)")
      }
    }
  }
}
