// Limits: every bound of the authority, in one place.

enum Limits {
  /// Paths that a change lists.
  static let changedPathsMax = 1_000
  /// A policy, in a file or as a message of the control socket.
  static let policyBytesMax = 8 << 20
  /// Policy files of one folder.
  static let policyFilesMax = 1_000

  /// Names offered in place of one that is unknown, and how much of a name is compared.
  static let suggestionsMax = 20
  static let suggestionBytesMax = 128

  /// Any one text in a report; longer ones are cut.
  static let textBytesMax = 1_024
  /// The details of one receipt; longer ones are dropped.
  static let detailsBytesMax = 16 << 10
  /// The name of a holder of leases.
  static let holderBytesMax = 128
  /// Backends that one status may tell of.
  static let backendsMax = 10_000

  /// What one report may carry, and one call for leases.
  static let receiptsPerReportMax = 1_000
  static let eventsPerReportMax = 1_000
  static let wishesMax = 10_000
  /// How often silent holders of leases are looked for.
  static let expireEveryMs: Int64 = 2_000

  /// Faults of a generation that one sidecar may tell of.
  static let diagnosticsMax = 100
  /// Sidecars that have gone are shown for so long, and so many of them.
  static let goneShownMs: Int64 = 10 * 60_000
  static let goneShownMax = 100
  /// How long sidecars have to answer a question, and how many questions are open at once.
  static let questionMs: Int64 = 2_000
  static let questionsMax = 100

  /// How long a change waits for the sidecars to acknowledge it, unless it says otherwise, and at most.
  static let acknowledgeMs: Int64 = 5_000
  static let acknowledgeMsMax: Int64 = 60_000
}
