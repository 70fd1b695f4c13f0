import Bytes
import Foundation
import Testing

@testable import Control

/// Damaged messages, the same ones on every run: none crashes or hangs, and none is read differently when it arrives in
/// pieces. `AIGW_FUZZ_ROUNDS=1000000` makes as many.
@Suite struct MutationTests {
  static let rounds = ProcessInfo.processInfo.environment["AIGW_FUZZ_ROUNDS"].flatMap { Int($0) } ?? 200_000

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

  static let pieces: [String] = [
    "\0", "\0\0", "{", "}", "[", "]", "\"", "\\", ",", ":", "null", "true", "-", "1e999", "9223372036854775808", "0.5",
    "\\u0000", "\\ud800", "\u{feff}", "{\"method\":", "\"parameters\":{}", "\"more\":true", "[[[[[[[[[[[[[[[[[[[[",
    "{\"a\":{\"a\":{\"a\":{\"a\":", "\"holder\":\"h1\",", " ", "\n",
  ]

  static func mutate(_ bytes: [UInt8], _ dice: inout Dice) -> [UInt8] {
    var bytes = bytes
    for _ in 0..<Int.random(in: 1...4, using: &dice) {
      let at = Int.random(in: 0...bytes.count, using: &dice)
      switch Int.random(in: 0..<6, using: &dice) {
      case 0 where at < bytes.count: bytes[at] = UInt8.random(in: 0...255, using: &dice)
      case 1 where at < bytes.count: bytes.remove(at: at)
      case 2: bytes.insert(contentsOf: pieces.randomElement(using: &dice)!.utf8, at: at)
      case 3 where at < bytes.count:
        let end = min(bytes.count, at + Int.random(in: 1...30, using: &dice))
        bytes.insert(contentsOf: bytes[at..<end], at: Int.random(in: 0...bytes.count, using: &dice))
      case 4 where at < bytes.count: bytes.removeSubrange(at..<min(bytes.count, at + 20))
      default: bytes.removeLast(min(bytes.count, Int.random(in: 0...5, using: &dice)))
      }
    }
    return bytes
  }

  /// What becomes of the first message: refused by the decoder, no call, unknown, a mistake in a parameter, or well.
  enum Fate: Hashable, CaseIterable {
    case incomplete, nonsense, noCall, unknown, mistaken, well
  }

  static func fate(_ bytes: [UInt8]) -> Fate {
    var decoder = MessageDecoder()
    var input = ByteBuffer()
    input.append(bytes.span)
    guard let document = try? decoder.next(from: &input) else {
      return decoder.isInsideMessage ? .incomplete : .nonsense
    }
    guard let call = try? VarlinkCall(reading: document) else { return .noCall }
    guard call.interface == InterfaceDefinition.control.name,
      InterfaceDefinition.control.methods[call.member] != nil
    else { return .unknown }
    return InterfaceDefinition.control.mistake(in: call.parameters, of: call.member) == nil ? .well : .mistaken
  }

  static let undamaged: [[UInt8]] = {
    var specimens = Specimens(dice: Dice(state: 0xC18))
    return InterfaceDefinition.control.methods.keys.sorted().flatMap { method in
      (0..<100).map { _ in specimens.message(of: method) }
    }
  }()

  @Test func undamagedMessagesAreWell() {
    for message in Self.undamaged {
      #expect(Self.fate(message) == .well, "\(String(decoding: message, as: UTF8.self))")
    }
  }

  @Test func damagedMessagesComeToOneEndEach() {
    var dice = Dice(state: 0xA16)
    var fates: [Fate: Int] = [:]
    for _ in 0..<Self.rounds {
      fates[Self.fate(Self.mutate(Self.undamaged.randomElement(using: &dice)!, &dice)), default: 0] += 1
    }
    for fate in Fate.allCases { #expect(fates[fate, default: 0] > 0, "no message was \(fate): \(fates)") }
  }

  @Test func damagedMessagesAreTheSameInPieces() {
    var dice = Dice(state: 0xB17)
    for round in 0..<Self.rounds / 20 {
      let first = Self.mutate(Self.undamaged.randomElement(using: &dice)!, &dice)
      let bytes = first + Self.undamaged.randomElement(using: &dice)!
      let sizes = (0..<8).map { _ in Int.random(in: 1...40, using: &dice) }
      let (whole, pieces) = (transcript(bytes), transcript(bytes, pieces: sizes))
      #expect(whole == pieces, "round \(round), pieces of \(sizes)")
    }
  }
}
