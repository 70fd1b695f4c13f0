// Knobs: the misbehaviour a base URL asks for, as in `/~status=429;retry-after=2/v1`.

/// How to answer the calls of one base URL. Without knobs the provider behaves.
struct Knobs: Sendable {
  static let help = """
    Misbehaviour is chosen by the base URL, knobs joined by semicolons: /~status=429;retry-after=2/v1
      status=CODE       an error of that status, 400 to 599
      retry-after=S     with status: that header
      delay=MS          wait before the head of the reply
      chunk-delay=MS    wait between the content chunks of a stream
      chunks=N          a reply of N tokens, so a stream of N content chunks; max_tokens still shortens it
      cut-after=N       hang up after N content tokens; 0: after the head
      stall-after=N     send nothing more after N content tokens, and keep the connection open
      no-usage          do not report usage
      garbage           200 with what is not JSON
      close             hang up instead of answering
      slow-head         the head byte by byte, five a second
      reply-bytes=N     a reply of about N bytes, whatever max_tokens says
      require-key=KEY   401 for calls with another key, wherever the dialect puts it
      models=A,B        404 for any other model
      goes-on           bill the whole reply although the caller has left
      overbill=N        bill N tokens more for every call than are reported: a provider that is not honest
      cached=N          report N of the prompt's tokens as read from a cache
      created=N         report N of the others as written to one
      think             think before each answer, where the request allows
      fail-after=N      say in the middle of a stream, after N content tokens, that something went wrong
      bad-crc           wrong checksums in Bedrock's event streams
      name=NAME         do nothing; the ledger's `knobs` tell backends apart by it
    """

  struct Problem: Error { let text: String }

  /// As the URL spells them; a required key is left out.
  private(set) var spelled = ""
  private(set) var status: Int?
  private(set) var retryAfterSeconds: Int?
  private(set) var delayMs = 0
  private(set) var chunkDelayMs = 0
  private(set) var chunks: Int?
  private(set) var cutAfter: Int?
  private(set) var stallAfter: Int?
  private(set) var reportsUsage = true
  private(set) var isGarbage = false
  private(set) var closes = false
  private(set) var hasSlowHead = false
  private(set) var replyBytes: Int?
  private(set) var requiredKey: String?
  private(set) var models: [String]?
  private(set) var goesOn = false
  private(set) var overbill = 0
  private(set) var cached = 0
  private(set) var created = 0
  private(set) var thinks = false
  private(set) var failAfter: Int?
  private(set) var hasBadChecksums = false

  init() {}

  /// Reads what stands between `/~` and the next slash.
  init(_ text: String) throws(Problem) {
    var kept: [String] = []
    for knob in text.split(separator: ";") {
      let equals = knob.firstIndex(of: "=")
      let name = String(knob[..<(equals ?? knob.endIndex)])
      let value = equals.map { String(knob[knob.index(after: $0)...]) }
      try set(name, value)
      kept.append(name == "require-key" ? "require-key=*" : String(knob))
    }
    if cutAfter != nil, stallAfter != nil {
      throw Problem(text: "The knobs 'cut-after' and 'stall-after' exclude each other.")
    }
    spelled = kept.joined(separator: ";")
  }

  private mutating func set(_ name: String, _ value: String?) throws(Problem) {
    switch name {
    case "status": status = try number(name, value, 400...599)
    case "retry-after": retryAfterSeconds = try number(name, value)
    case "delay": delayMs = try number(name, value)
    case "chunk-delay": chunkDelayMs = try number(name, value)
    case "chunks": chunks = try number(name, value, 1...1_000_000)
    case "cut-after": cutAfter = try number(name, value)
    case "stall-after": stallAfter = try number(name, value)
    case "reply-bytes": replyBytes = try number(name, value, 1...1_000_000_000)
    case "no-usage": reportsUsage = try !flag(name, value)
    case "garbage": isGarbage = try flag(name, value)
    case "close": closes = try flag(name, value)
    case "slow-head": hasSlowHead = try flag(name, value)
    case "require-key": requiredKey = try word(name, value)
    case "goes-on": goesOn = try flag(name, value)
    case "overbill": overbill = try number(name, value)
    case "cached": cached = try number(name, value)
    case "created": created = try number(name, value)
    case "think": thinks = try flag(name, value)
    case "fail-after": failAfter = try number(name, value)
    case "bad-crc": hasBadChecksums = try flag(name, value)
    case "name": _ = try word(name, value)
    case "models": models = try word(name, value).split(separator: ",").map(String.init)
    default: throw Problem(text: "There is no knob '\(name)'; aigw-mock --help lists them.")
    }
  }

  private func number(
    _ name: String, _ value: String?, _ range: ClosedRange<Int> = 0...1_000_000_000
  ) throws(Problem) -> Int {
    guard let value, let number = Int(value), range.contains(number) else {
      throw Problem(text: "The knob '\(name)' wants a number from \(range.lowerBound) to \(range.upperBound).")
    }
    return number
  }

  private func flag(_ name: String, _ value: String?) throws(Problem) -> Bool {
    if value != nil { throw Problem(text: "The knob '\(name)' stands alone, without a value.") }
    return true
  }

  private func word(_ name: String, _ value: String?) throws(Problem) -> String {
    guard let value, !value.isEmpty else { throw Problem(text: "The knob '\(name)' wants a value: \(name)=...") }
    return value
  }
}
