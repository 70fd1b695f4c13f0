// Failure: one candidate's way of not answering, kept until another one has answered or none is left.

import Admission
import Bytes
import Client
import Exchange
import HTTP
import Upstream

struct Failure {
  enum Cause {
    /// The provider said so: in a reply, which is kept for the agent in case nobody does better, or in the place of an answer.
    case told(Fault, Stored?)
    /// A reply that is no usable answer; why.
    case unusable(String)
    /// The connection to it.
    case connection(ClientFault)
    /// Not asked: it is out of service, or has failed too often just now; which.
    case passedOver(String)
    /// Not asked: its dialect has no words for something the call asks for.
    case unsaid(Fault)
    /// Not asked: what it would bill there cannot be bounded.
    case unbounded(Fault)
    /// Not asked: a budget has no room for what it would cost there.
    case refused(Refusal)
  }

  /// A provider's error reply.
  struct Stored {
    let status: Int
    let head: Head
    let body: ByteSlice
    /// The body is in the gateway's words, not the provider's own bytes.
    var isRewritten = false
  }

  let backend: BackendName
  let cause: Cause

  init(_ backend: BackendName, _ cause: Cause) {
    self.backend = backend
    self.cause = cause
  }

  /// Which failover trigger it is: what the dialect read, where the provider spoke. nil ends the chain.
  var trigger: FailoverTrigger? {
    switch cause {
    case .told(let fault, _): fault.trigger
    case .unusable, .passedOver: .error
    case .connection(let fault): fault.trigger
    case .unsaid, .unbounded: nil
    case .refused: .budgetExceeded
    }
  }

  /// For `x-ai-fallback` and people: `status 429`, or what happened.
  var reason: String { cause.reason }

  /// What the provider said in the place of an answer, where that is all there is of it.
  var words: Fault? {
    if case .told(let fault, nil) = cause { fault } else { nil }
  }

  var reply: Stored? {
    if case .told(_, let stored) = cause { stored } else { nil }
  }

  /// The candidate was not asked, for want of words or of money.
  var isUnasked: Bool {
    switch cause {
    case .unsaid, .unbounded, .refused: true
    case .told, .unusable, .connection, .passedOver: false
    }
  }

  /// How long the provider asked to be left alone: `retry-after-ms`, else `retry-after` in seconds (RFC 9110 10.2.3; the form
  /// with a date is not used by providers).
  var retryAfterMs: Int64? {
    guard let head = reply?.head else { return nil }
    if let ms = head["retry-after-ms"]?.decimal { return Int64(ms) }
    guard let seconds = head["retry-after"]?.decimal, seconds < 1_000_000 else { return nil }
    return Int64(seconds) * 1000
  }

  /// `openai=rateLimit (status 429)`, with nothing in it that could not stand in a header.
  var summary: String {
    let word = trigger?.rawValue ?? "refused"
    let safe = reason.unicodeScalars.map { $0.value >= 32 && $0.value < 127 && $0 != "," ? Character($0) : " " }
    return "\(backend)=\(word) (\(String(safe.prefix(120))))"
  }
}

extension Failure.Cause {
  /// Why a stream ended before the agent had a part of it.
  init(_ cause: StreamMachine.Cause) {
    switch cause {
    case .told(let fault): self = .told(fault, nil)
    case .silent: self = .unusable("its stream ended before it said anything")
    case .nonsense(let reason): self = .unusable(reason)
    case .connection(let fault): self = .connection(fault)
    }
  }

  /// The provider said it itself.
  var isTold: Bool {
    if case .told = self { true } else { false }
  }

  /// Nothing of what the provider wrote but a name for it: its words may hold the agent's.
  var reason: String {
    switch self {
    case .told(_, let stored?): "status \(stored.status)"
    case .told(let fault, nil): "it answered with the error \(fault.code)"
    case .unusable(let reason), .passedOver(let reason): reason
    case .connection(let fault): fault.message
    case .unsaid(let fault): fault.param.map { "cannot be told \($0)" } ?? "cannot be told"
    case .unbounded(let fault): fault.code
    case .refused(let refusal): "budget \(refusal.budget)"
    }
  }
}
