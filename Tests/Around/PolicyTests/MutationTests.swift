import Testing

@testable import Policy

/// The example with seeded damage: whatever arrives, the answer is a policy or a reason.
@Suite struct MutationTests {
  /// SplitMix64: small, seeded, the same on every machine.
  private struct Generator: RandomNumberGenerator {
    var state: UInt64
    mutating func next() -> UInt64 {
      state &+= 0x9E37_79B9_7F4A_7C15
      var mixed = state
      mixed = (mixed ^ mixed >> 30) &* 0xBF58_476D_1CE4_E5B9
      mixed = (mixed ^ mixed >> 27) &* 0x94D0_49BB_1331_11EB
      return mixed ^ mixed >> 31
    }
  }

  /// Bytes that mean something to a reader of YAML or JSON.
  private static let loaded = Array("{}[]:,-#&*!|>'\"%@`\n\t \\0129.eE+~$/\u{85}".utf8) + [0, 0xC3, 0xED, 0xF4, 0xFF]

  private static func damaged(_ bytes: [UInt8], _ generator: inout Generator) -> [UInt8] {
    var bytes = bytes
    for _ in 0..<Int.random(in: 1...4, using: &generator) where bytes.count > 8 {
      let at = Int.random(in: 0..<bytes.count - 8, using: &generator)
      let length = Int.random(in: 1...8, using: &generator)
      switch Int.random(in: 0..<5, using: &generator) {
      case 0: bytes[at] = loaded.randomElement(using: &generator)!
      case 1: bytes[at] = UInt8.random(in: 0...255, using: &generator)
      case 2: bytes.removeSubrange(at..<at + length)
      case 3: bytes.insert(contentsOf: bytes[at..<at + length], at: Int.random(in: 0..<bytes.count, using: &generator))
      default: bytes.removeSubrange((at + 8)...)
      }
    }
    return bytes
  }

  /// The example without comments, so that damage hits what is read.
  private static let yaml = Array(
    DocumentTests.example.split(separator: "\n", omittingEmptySubsequences: true).map { line in
      line.split(separator: " #", maxSplits: 1, omittingEmptySubsequences: false)[0]
    }.filter { !$0.hasPrefix("#") }.joined(separator: "\n").utf8)

  private static let json = Array(
    """
    {"backends": {"openai": {"provider": "openai", "auth": {"env": "OPENAI_API_KEY"}, "timeouts": {"idle": "5s"}},
     "local": {"provider": "openai", "baseURL": "http://[::1]:8000/v1", "tls": null}},
     "models": {"gpt-4o": {"chain": [{"backend": "openai", "priority": 1}, {"backend": "local", "priority": 2,
     "weight": 3, "modelNameOverride": "\\uD83Dlla\\u006da"}], "failover": {"on": ["error"]}}, "*": {"chain": []}},
     "budgets": {"b": {"per": ["header:x-user-id", "model"], "match": {"model": "gpt-4o"}, "limit": "50k tokens/hour"}},
     "limits": {"headBytesMax": 65536, "headTimeout": "10s"}}
    """.utf8)

  @Test(arguments: [0, 1, 2, 3]) func `20,000 damaged documents are each a policy or a reason`(seed: UInt64) {
    var generator = Generator(state: seed)
    var (accepted, refused, silent) = (0, 0, 0)
    for round in 0..<5_000 {
      let bytes = Self.damaged(round % 2 == 0 ? Self.yaml : Self.json, &generator)
      do {
        _ = try Policy.load(bytes: bytes.span, file: "f")
        accepted += 1
      } catch {
        refused += 1
        if error.diagnostics.isEmpty || "\(error)".isEmpty { silent += 1 }
      }
    }
    #expect(silent == 0)
    // Damage that never got past the syntax, or never hurt, would prove nothing.
    #expect(accepted > 20)
    #expect(refused > 2_000)
  }
}
