import Testing

@testable import Policy

@Suite struct LimitsTests {
  @Test(arguments: [
    ("1024", 1024), ("1024 B", 1024), ("1KiB", 1024), ("2   KiB", 2048), ("\"4096\"", 4096), ("1 MiB", 1 << 20),
  ])
  func `a size is a number of bytes, or has a unit`(text: String, expected: Int) throws {
    let policy = try policy("backends: {a: {provider: groq, auth: {env: K}}}\nlimits: {headBytesMax: \(text)}")
    #expect(policy.limits.headBytesMax == expected)
  }

  @Test(arguments: [
    ("1ms", 1), ("1 s", 1_000), ("90s", 90_000), ("2m", 120_000), ("24h", 86_400_000), ("1d", 86_400_000),
  ])
  func `a duration has a unit`(text: String, expected: Int64) throws {
    let policy = try policy("backends: {a: {provider: groq, auth: {env: K}}}\nlimits: {headTimeout: \(text)}")
    #expect(policy.limits.headTimeoutMs == expected)
  }

  private static let size = "must be a size from 1 KiB to 1 MiB in B, KiB, MiB or GiB, and is "
  private static let duration = "must be a duration from 1ms to 24h such as 500ms, 10s, 2m or 1h, and is "

  @Test(arguments: [
    ("headBytesMax", "1023", size + "\"1023\""), ("headBytesMax", "2 MiB", size + "\"2 MiB\""),
    ("headBytesMax", "64 KB", size + "\"64 KB\""), ("headBytesMax", "64k", size + "\"64k\""),
    ("headBytesMax", "-1", size + "\"-1\""), ("headBytesMax", "1.5 MiB", size + "\"1.5 MiB\""),
    ("headBytesMax", "9223372036854775807 GiB", size + "\"9223372036854775807 GiB\""),
    ("headBytesMax", "0x400", size + "\"0x400\""),
    ("headBytesMax", "[]", "must be a size such as 64 KiB, and is a list"),
    ("headTimeout", "0ms", duration + "\"0ms\""), ("headTimeout", "2d", duration + "\"2d\""),
    ("headTimeout", "1.5s", duration + "\"1.5s\""), ("headTimeout", "s", duration + "\"s\""),
    ("headTimeout", "9223372036854775807h", duration + "\"9223372036854775807h\""),
    ("headTimeout", "true", "must be a duration such as 500ms, 10s, 2m or 1h, and is true or false"),
    ("maxOutputTokensDefault", "0", "must be a whole number from 1 to 10000000, and is \"0\""),
    ("maxOutputTokensDefault", "1e3", "must be a whole number from 1 to 10000000, and is \"1e3\""),
    ("maxOutputTokensDefault", "4k", "must be a whole number, and is text"),
  ])
  func `an amount that is out of range or has another unit is refused`(field: String, text: String, expected: String) {
    let lines = complaints(then: "limits:\n  \(field): \(text)")
    #expect(lines == ["aigw.yaml:4:\(field.count + 5): limits.\(field): \(expected)"])
  }

  @Test func `what happens when something is lost is a word`() throws {
    let limits = try policy(
      """
      backends: {a: {provider: groq, auth: {env: K}}}
      limits: {retryableWithin: 5s, onDisconnect: drain, onLedgerLoss: failOpen, onAuthorityLoss: failOpen}
      """
    ).limits
    #expect(limits.retryableWithinMs == 5_000)
    #expect(limits.onDisconnect == .drain)
    #expect(limits.onLedgerLoss == .failOpen)
    #expect(limits.onAuthorityLoss == .failOpen)
    #expect(Policy.Limits().onLedgerLoss == .failClosed)
    #expect(
      complaints(then: "limits: {onDisconnect: Drain, onLedgerLoss: failopen, onAuthorityLoss: maybe}") == [
        "aigw.yaml:3:24: limits.onDisconnect: must be cancel or drain, and is \"Drain\"; did you mean drain?",
        "aigw.yaml:3:45: limits.onLedgerLoss: must be failClosed or failOpen, and is \"failopen\"; did you mean failOpen?",
        "aigw.yaml:3:72: limits.onAuthorityLoss: must be failClosed or failOpen, and is \"maybe\"",
      ])
  }
}
