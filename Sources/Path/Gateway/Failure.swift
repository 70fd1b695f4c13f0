// Failure: one candidate's way of not answering, kept until another one has answered or none is left.

import Admission
import Bytes
import Client
import Exchange
import HTTP
import Upstream

struct Failure {
  let backend: BackendName
  /// Which failover trigger it is; nil ends the chain.
  let trigger: FailoverTrigger?
  /// For `x-ai-fallback` and people: `429`, or the trigger's word with a reason.
  let reason: String
  /// What the provider answered, where it answered.
  let reply: Stored?
  /// How long the provider asked to be left alone.
  let retryAfterMs: Int64?
  /// The candidate was not asked, for want of words.
  var isUnsaid = false

  /// A provider's error reply, kept for the agent in case nobody does better.
  struct Stored {
    let status: Int
    let head: Head
    let body: ByteSlice
    /// The body is in the agent's words, not the provider's own.
    var isCrossed = false
  }

  init(_ fault: ClientFault, of backend: BackendName) {
    self.backend = backend
    trigger = fault.trigger
    reason = fault.message
    reply = nil
    retryAfterMs = nil
  }

  /// A reply of 200 that is no usable answer.
  init(unusable reason: String, of backend: BackendName) {
    self.backend = backend
    trigger = .error
    self.reason = reason
    reply = nil
    retryAfterMs = nil
  }

  /// Not asked at all: it is out of service, or has failed too often just now.
  init(passedOver backend: BackendName, because reason: String) {
    self.backend = backend
    trigger = .error
    self.reason = reason
    reply = nil
    retryAfterMs = nil
  }

  /// Not asked: its dialect has no words for something the call asks for.
  init(unsaid fault: Fault, of backend: BackendName) {
    self.backend = backend
    trigger = nil
    reason = fault.param.map { "cannot be told \($0)" } ?? "cannot be told"
    reply = nil
    retryAfterMs = nil
    isUnsaid = true
  }

  /// Not asked: a budget has no room for what it would cost there.
  init(_ refusal: Refusal, of backend: BackendName) {
    self.backend = backend
    trigger = .budgetExceeded
    reason = "budget \(refusal.budget)"
    reply = nil
    retryAfterMs = nil
  }

  init(_ reply: Stored, of backend: BackendName) {
    self.backend = backend
    trigger = Self.trigger(for: reply.status)
    reason = "status \(reply.status)"
    self.reply = reply
    retryAfterMs = Self.retryAfterMs(reply.head)
  }

  /// 429 is a rate limit and 5xx an error; what else a provider answers is meant for the agent.
  static func trigger(for status: Int) -> FailoverTrigger? {
    switch status {
    case 429: .rateLimit
    case 500...: .error
    default: nil
    }
  }

  /// `openai=rateLimit (status 429)`, with nothing in it that could not stand in a header.
  var summary: String {
    let word = trigger?.rawValue ?? "refused"
    let safe = reason.unicodeScalars.map { $0.value >= 32 && $0.value < 127 && $0 != "," ? Character($0) : " " }
    return "\(backend)=\(word) (\(String(safe.prefix(120))))"
  }

  /// `retry-after-ms`, else `retry-after` in seconds (RFC 9110 10.2.3; the form with a date is not used by providers).
  private static func retryAfterMs(_ head: Head) -> Int64? {
    if let ms = head["retry-after-ms"]?.decimal { return Int64(ms) }
    guard let seconds = head["retry-after"]?.decimal, seconds < 1_000_000 else { return nil }
    return Int64(seconds) * 1000
  }
}
