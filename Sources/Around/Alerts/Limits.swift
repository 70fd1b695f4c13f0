// Limits: every bound of this room, in one place.

public enum AlertLimits {
  /// Accounts of which something is remembered: what was told, or how fast they are spent.
  static let accountsMax = 10_000
  /// How often accounts are looked at.
  static let lookEveryMs: Int64 = 1_000
  /// Accounts read in one look, so that a look never keeps the loop from its calls; the next look goes on from there.
  public static let accountsPerLookMax = 1_000
  /// What was told is written down at most this often.
  static let saveEveryMs: Int64 = 5_000
  static let archiveBytesMax = 32 << 20

  /// Times at which an account's spend is remembered, to know what was spent since.
  static let samplesMax = 24

  /// Alerts that wait for the webhook; beyond it the oldest are given up.
  static let waitingMax = 100
  /// How often one alert is sent, at the most.
  static let attemptsMax = 6
  /// Before the second attempt; twice as long before each further one.
  static let firstPauseMs: Int64 = 1_000
  static let pauseMsMax: Int64 = 60_000
  /// For a connection with its TLS handshake, and for the head of the reply.
  static let connectMs: Int64 = 5_000
  static let replyMs: Int64 = 10_000
}
