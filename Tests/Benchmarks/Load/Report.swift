// Report: what a run counted, and its one line of JSON.

/// Durations in nanoseconds, reported as percentiles in microseconds.
struct Distribution {
  private var samples: [Int] = []

  mutating func add(_ nanoseconds: Int) { samples.append(nanoseconds) }

  /// `{"p50":...,"p90":...,"p99":...,"p999":...,"max":...}`, or null without samples. A percentile is the smallest
  /// sample that at least that share of all samples do not exceed (nearest rank).
  var json: String {
    if samples.isEmpty { return "null" }
    let sorted = samples.sorted()
    func at(perMille: Int) -> String {
      let rank = (sorted.count * perMille + 999) / 1000
      return microseconds(sorted[max(rank, 1) - 1])
    }
    return #"{"p50":\#(at(perMille: 500)),"p90":\#(at(perMille: 900)),"p99":\#(at(perMille: 990)),"#
      + #""p999":\#(at(perMille: 999)),"max":\#(at(perMille: 1000))}"#
  }

  private func microseconds(_ nanoseconds: Int) -> String { "\(Double(nanoseconds / 100) / 10)" }
}

/// How the requests of a run ended. Only a complete reply with status 200 is a success; the rest is never timed.
struct Tally {
  private(set) var succeeded = 0
  private var otherStatus: [Int: Int] = [:]
  private var failures: [String: Int] = [:]

  mutating func add(status: Int) {
    if status == 200 { succeeded += 1 } else { otherStatus[status, default: 0] += 1 }
  }

  mutating func add(_ why: Failure) { failures[why.rawValue, default: 0] += 1 }

  var failed: Int { otherStatus.values.reduce(0, +) + failures.values.reduce(0, +) }
  var finished: Int { succeeded + failed }

  /// At most one request in a thousand failed, and at least one succeeded.
  var isAcceptable: Bool { succeeded > 0 && failed * 1000 <= finished }

  var json: String {
    let statuses = otherStatus.sorted { $0.key < $1.key }.map { #""\#($0.key)":\#($0.value)"# }
    let reasons = failures.sorted { $0.key < $1.key }.map { #""\#($0.key)":\#($0.value)"# }
    return #""requests":\#(finished),"ok":\#(succeeded),"other_status":{\#(statuses.joined(separator: ","))},"#
      + #""errors":{\#(reasons.joined(separator: ","))}"#
  }
}

/// The result of one run.
struct Report {
  let tally: Tally
  /// Name and JSON value of what this mode measured.
  let measured: [(String, String)]

  var json: String {
    "{" + ([tally.json] + measured.map { #""\#($0.0)":\#($0.1)"# }).joined(separator: ",") + "}"
  }
}
