// Corpus: bodies as agents and providers send them, and seeded damage done to them.

import Bytes
import JSON

/// The members the gateway looks for.
enum RequestField: String, FieldName {
  case model, stream, n, user, messages, usage, choices
  case streamOptions = "stream_options"
  case maxTokens = "max_tokens"
  case maxCompletionTokens = "max_completion_tokens"
}

/// SplitMix64: small, seedable, good enough to break JSON with.
struct Randomness {
  private var state: UInt64

  init(seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }

  mutating func below(_ limit: Int) -> Int { limit < 2 ? 0 : Int(next() % UInt64(limit)) }
}

enum Corpus {
  static let seeds: [[UInt8]] = sound + unsound + deep

  private static let sound: [[UInt8]] = soundTexts.map { Array($0.utf8) }
  private static let unsound: [[UInt8]] =
    unsoundTexts.map { Array($0.utf8) }
    + [[0xEF, 0xBB, 0xBF] + Array(#"{"model":"after a byte order mark"}"#.utf8), [0], Array("{\"n\":1\0}".utf8)]
    + malformed.map { Array(#"{"model":"a"#.utf8) + $0 + Array(#"b","n":1}"#.utf8) }
  private static let deep: [[UInt8]] =
    [nested(2046), nested(2047), nested(2048), nestedObjects(2047), nestedObjects(2048)].map { Array($0.utf8) }

  /// A seed with one to three injuries; about a third survives as valid JSON.
  static func body(_ randomness: inout Randomness) -> [UInt8] {
    // The deep seeds are long, and the unsound rarely become sound: both are taken less often.
    let kind =
      switch randomness.below(128) {
      case 0: deep
      case 1...16: unsound
      default: sound
      }
    var body = kind[randomness.below(kind.count)]
    for _ in 0...randomness.below(3) { injure(&body, &randomness) }
    return body
  }

  private static func injure(_ body: inout [UInt8], _ randomness: inout Randomness) {
    let place = randomness.below(body.count + 1)
    switch randomness.below(16) {
    case 0: if place < body.count { body[place] ^= 1 << UInt8(randomness.below(8)) }
    case 1: if place < body.count { body[place] = UInt8(truncatingIfNeeded: randomness.next()) }
    case 2: body.removeSubrange(place..<min(body.count, place + 1 + randomness.below(4)))
    case 3: if randomness.below(4) == 0 { body.removeSubrange(place...) }
    case 4:  // a piece of the body again, somewhere else
      let end = min(body.count, place + randomness.below(24))
      let piece = Array(body[place..<end])
      body.insert(contentsOf: piece, at: randomness.below(body.count + 1))
    case 5: body.insert(contentsOf: tokens[randomness.below(tokens.count)], at: place)
    case 6: body.insert(contentsOf: malformed[randomness.below(malformed.count)], at: place)
    case 7, 8:
      if let at = find(UInt8(ascii: ","), in: body, from: place) { insert(members, after: at, &body, &randomness) }
    case 9: if let at = find(UInt8(ascii: "{"), in: body, from: 0) { insert(members, after: at, &body, &randomness) }
    case 10, 11:  // another value after a colon
      if let at = find(UInt8(ascii: ":"), in: body, from: place) {
        let end = body[at...].firstIndex { $0 == 44 || $0 == 125 || $0 == 93 } ?? at + 1
        body.replaceSubrange(at + 1..<end, with: values[randomness.below(values.count)])
      }
    case 12, 13:  // white space where it is allowed
      if let at = find([44, 58, 123, 125, 91, 93][randomness.below(6)], in: body, from: place) {
        body.insert([32, 9, 10, 13][randomness.below(4)], at: randomness.below(2) + at)
      }
    case 14:  // another text inside a string
      if let at = find(UInt8(ascii: "\""), in: body, from: place) {
        body.insert(contentsOf: strings[randomness.below(strings.count)], at: at + 1)
      }
    default:  // two neighbouring pieces change places
      let middle = min(body.count, place + randomness.below(8))
      let end = min(body.count, middle + randomness.below(8))
      body.replaceSubrange(place..<end, with: Array(body[middle..<end] + body[place..<middle]))
    }
  }

  private static func insert(
    _ choices: [[UInt8]], after place: Int, _ body: inout [UInt8], _ randomness: inout Randomness
  ) {
    body.insert(contentsOf: choices[randomness.below(choices.count)], at: place + 1)
  }

  private static func find(_ wanted: UInt8, in body: [UInt8], from start: Int) -> Int? {
    body.span.firstIndex(of: wanted, from: start)
  }

  /// An object with `levels` arrays in its member.
  static func nested(_ levels: Int) -> String {
    #"{"model":"deep","messages":"# + String(repeating: "[", count: levels) + String(repeating: "]", count: levels)
      + "}"
  }

  /// `levels` objects inside each other, a number in the innermost.
  static func nestedObjects(_ levels: Int) -> String {
    String(repeating: #"{"n":"#, count: levels) + "1" + String(repeating: "}", count: levels)
  }
}
