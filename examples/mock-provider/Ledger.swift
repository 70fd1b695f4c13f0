// Ledger: every call the provider received and what it billed for it.

import Bytes
import HTTP
import JSON
import Reactor

/// One call, from the moment its request is complete.
struct Call: Sendable {
  enum Outcome: String, Sendable {
    /// Not ended yet.
    case open
    /// Everything was sent.
    case completed
    /// We hung up in the middle, as `cut-after` asked.
    case cut
    /// We fell silent, as `stall-after` asked, until the agent left.
    case stalled
    /// The agent left before the end.
    case aborted
    /// We hung up without an answer, as `close` asked.
    case closed
    /// An error status, or garbage.
    case error
  }

  let id: Int
  let route: Route
  let model: String?
  let streams: Bool
  let maxTokens: Int?
  /// The request's field `user`: what an agent calls itself, or this call.
  let user: String?
  /// Eight hexadecimal digits that tell keys apart and do not give them away.
  let authorization: UInt32?
  /// Lower-case names as the text of a JSON array.
  let headers: ByteSlice
  var status: Int?
  var promptTokens: Int
  var completionTokens = 0
  /// Parts of the prompt's tokens.
  let cachedTokens: Int
  let createdTokens: Int
  /// A part of the completion's: thoughts come first, so of a call that ends early as many as were billed.
  let reasoningTokens: Int
  var outcome = Outcome.open
  /// Milliseconds since 1970, when the request was complete.
  let began: Int
  /// The same, when the last token was billed.
  var lastBilled: Int
}

/// The last `callsMax` calls; the totals count all of them since the last reset.
@EventLoop
final class Ledger {
  static let callsMax = 100_000

  /// A ring: call `id` stands at `(id - firstID) % callsMax`.
  private var calls: [Call] = []
  private var firstID = 1
  private(set) var nextID = 1
  private var promptTotal = 0
  private var completionTotal = 0
  private var lastHeaders = ByteSlice()

  /// Enters a call; the number is its id.
  func open(
    _ head: Head, _ route: Route, model: String?, streams: Bool, maxTokens: Int?, user: String?, promptTokens: Int,
    classes generation: Generation? = nil
  ) -> Int {
    let now = Moment.unixMilliseconds
    let call = Call(
      id: nextID, route: route, model: model, streams: streams, maxTokens: maxTokens,
      user: user, authorization: Self.fingerprint(of: head), headers: names(of: head),
      promptTokens: promptTokens, cachedTokens: generation?.prompt.cached ?? 0,
      createdTokens: generation?.prompt.created ?? 0, reasoningTokens: generation?.reasoningTokens ?? 0, began: now,
      lastBilled: now)
    nextID += 1
    promptTotal += promptTokens
    if calls.count < Self.callsMax { calls.append(call) } else { calls[place(of: call.id)] = call }
    return call.id
  }

  func answered(_ id: Int, status: Int) { change(id) { $0.status = status } }

  /// More tokens of the reply have been sent.
  func bill(_ id: Int, completionTokens: Int) {
    change(id) { call in
      call.completionTokens += completionTokens
      call.lastBilled = Moment.unixMilliseconds
    }
    if id >= firstID { completionTotal += completionTokens }
  }

  /// What is left of so many tokens in all, for a caller that did not wait for them.
  func bill(_ id: Int, upTo completionTokens: Int) {
    var left = 0
    change(id) { left = completionTokens - $0.completionTokens }
    if left > 0 { bill(id, completionTokens: left) }
  }

  /// The first outcome entered counts: what follows only tidies up.
  func ended(_ id: Int, _ outcome: Call.Outcome) {
    change(id) { call in
      if call.outcome == .open { call.outcome = outcome }
    }
  }

  func reset() {
    calls = []
    firstID = nextID
    promptTotal = 0
    completionTotal = 0
  }

  func write(into buffer: inout ByteBuffer) {
    buffer.reserve(calls.count * 384)
    buffer.append("{\"calls\":[")
    let oldest = max(firstID, nextID - Self.callsMax)
    for id in oldest..<nextID {
      buffer.append(id == oldest ? "\n" : ",\n")
      calls[place(of: id)].write(into: &buffer)
    }
    buffer.append("],\n\"count\":")
    buffer.append(decimal: nextID - firstID)
    buffer.append(",\"billed\":")
    Call.writeBilled(promptTotal, completionTotal, into: &buffer)
    buffer.append("}\n")
  }

  private func place(of id: Int) -> Int { (id - firstID) % Self.callsMax }

  /// Does nothing for a call that was dropped or forgotten.
  private func change(_ id: Int, _ change: (inout Call) -> Void) {
    if id < firstID || id < nextID - Self.callsMax { return }
    change(&calls[place(of: id)])
  }

  /// FNV-1a, 32 bits, of the key in whichever field has one; of a signature it is the id of its key that counts.
  private static func fingerprint(of head: Head) -> UInt32? {
    for name in ["authorization", "x-api-key", "x-goog-api-key", "api-key"] as [StaticString] {
      guard let value = head[name] else { continue }
      let end = value.starts(with: "AWS4-") ? value.firstIndex(of: UInt8(ascii: "/")) ?? value.count : value.count
      var hash: UInt32 = 0x811C_9DC5
      for index in 0..<end { hash = (hash ^ UInt32(value[index])) &* 0x0100_0193 }
      return hash
    }
    return nil
  }

  /// The names of one agent's calls are the same again and again, so they are kept once.
  private func names(of head: Head) -> ByteSlice {
    if !lastHeaders.names(head) { lastHeaders = ByteSlice(headersOf: head) }
    return lastHeaders
  }
}

extension ByteSlice {
  /// The names of a head's fields in lower case, as the text of a JSON array without spaces.
  fileprivate init(headersOf head: Head) {
    var text = ByteBuffer(minimumCapacity: 256)
    text.append("[")
    for index in 0..<head.count {
      text.append(index == 0 ? "\"" : ",\"")
      text.append(String(head.name(at: index)).lowercased())
      text.append("\"")
    }
    text.append("]")
    self = text.take()
  }

  /// Whether this text was made from a head with the same names.
  fileprivate func names(_ head: Head) -> Bool {
    var at = 1
    for index in 0..<head.count {
      let name = head.name(at: index)
      let start = index == 0 ? at + 1 : at + 2
      at = start + name.count + 1
      if at > count || !span.extracting(start..<at - 1).equalsIgnoringCase(name) { return false }
    }
    return at + 1 == count
  }
}
