// Answer: one call from its entry in the ledger to its outcome, read from top to bottom.

import Bytes
import HTTP
import Reactor

@EventLoop
struct Answer {
  let ledger: Ledger
  let line: Line
  /// The ledger's number of the call.
  let id: Int
  let knobs: Knobs
  let keepsAlive: Bool
  /// To a HEAD request: everything but the body.
  let isHead: Bool

  private static let slowByteMs = 200

  /// Gives what was asked for, or the misbehaviour the knobs ask for, and enters the outcome.
  func give(_ asked: Provider.Asked) async throws(Line.Ending) {
    do throws(Line.Ending) {
      if knobs.delayMs > 0 { try await line.pause(milliseconds: knobs.delayMs) }
      if knobs.closes { try await hangUp(.closed) }
      if let status = knobs.status { return try await refuse(.asked(status)) }
      switch asked {
      case .refusal(let refusal): try await refuse(refusal)
      case .document(let body): try await send(body)
      case .embeddings(let request):
        if knobs.isGarbage { return try await sendGarbage() }
        var body = ByteBuffer()
        EmbeddingsReply.write(request, reportsUsage: knobs.reportsUsage, into: &body)
        try await send(body.take())
      case .generation(let generation):
        if knobs.isGarbage { return try await generation.streams ? streamGarbage() : sendGarbage() }
        if generation.streams { try await stream(generation) } else { try await send(generation) }
      }
      ledger.ended(id, .completed)
    } catch {
      if error == .agentLeft { ledger.ended(id, .aborted) }
      throw error
    }
  }

  // MARK: whole answers

  private func refuse(_ refusal: Refusal) async throws(Line.Ending) {
    var body = ByteBuffer()
    refusal.write(into: &body)
    ledger.ended(id, .error)
    try await send(body.take(), status: refusal.status, retryAfterSeconds: knobs.retryAfterSeconds)
  }

  private func sendGarbage() async throws(Line.Ending) {
    ledger.ended(id, .error)
    try await send(ByteSlice("<html>This is not the JSON you were looking for.</html>\n"))
  }

  private func send(_ body: ByteSlice, status: Int = 200, retryAfterSeconds: Int? = nil) async throws(Line.Ending) {
    var output = try await begin(
      AnswerHead(
        status: status, body: .json(body.count), call: id, retryAfterSeconds: retryAfterSeconds,
        keepsAlive: keepsAlive))
    if !isHead { output.append(body) }
    try await line.send(output.take())
  }

  private func send(_ generation: Generation) async throws(Line.Ending) {
    let reply = WholeReply(generation, call: id, reportsUsage: knobs.reportsUsage)
    var output = try await begin(AnswerHead(status: 200, body: .json(reply.count), call: id, keepsAlive: keepsAlive))
    var sent = 0
    var tokens = 0
    try await endIfAsked(after: tokens, &output)
    for hole in reply.holes {
      output.append(reply.frame.span.extracting(sent..<hole.place))
      sent = hole.place
      try await send(hole.text, after: &tokens, &output)
    }
    output.append(reply.frame.span.extracting(sent..<reply.frame.count))
    try await line.send(output.take())
  }

  /// The text of one hole, in pieces when it is large, as far as the knobs let it be sent.
  private func send(
    _ text: ReplyText, after tokens: inout Int, _ output: inout ByteBuffer
  ) async throws(Line.Ending) {
    let tokensPerPiece = 16_384
    let last = min(text.tokens, (knobs.cutAfter ?? knobs.stallAfter ?? .max) - tokens)
    var token = 0
    while token < last {
      let next = min(last, token + tokensPerPiece)
      text.appendEscaped(text.end(ofToken: token)..<text.end(ofToken: next), to: &output)
      ledger.bill(id, completionTokens: next - token)
      token = next
      if token < last { try await line.send(output.take()) }
    }
    tokens += last
    try await endIfAsked(after: tokens, &output)
  }

  // MARK: streams

  private func stream(_ generation: Generation) async throws(Line.Ending) {
    var reply = StreamedReply(generation, call: id, reportsUsage: knobs.reportsUsage)
    var output = try await begin(AnswerHead(status: 200, body: .events, call: id, keepsAlive: keepsAlive))
    var tokens = 0
    try await endIfAsked(after: tokens, &output)
    for (index, choice) in generation.choices.enumerated() {
      reply.writeRole(choice, index, to: &output)
      for (place, content) in choice.contents.enumerated() {
        if let call = content.call { reply.writeCall(call, at: place, index, to: &output) }
        for number in 0..<content.text.tokens {
          if tokens > 0 { try await pace(&output) }
          reply.writeToken(number + 1, of: content, at: place, index, to: &output)
          tokens += 1
          ledger.bill(id, completionTokens: 1)
          try await endIfAsked(after: tokens, &output)
        }
      }
      reply.writeFinish(choice, index, to: &output)
    }
    reply.writeEnd(generation, reportsUsage: knobs.reportsUsage, to: &output)
    try await line.send(output.take())
  }

  /// Sends what is ready, then waits for the time of the next chunk.
  private func pace(_ output: inout ByteBuffer) async throws(Line.Ending) {
    let bytesPerWrite = 32 * 1024
    if knobs.chunkDelayMs > 0 {
      try await line.send(output.take())
      try await line.pause(milliseconds: knobs.chunkDelayMs)
    } else if output.count >= bytesPerWrite {
      try await line.send(output.take())
    }
  }

  private func streamGarbage() async throws(Line.Ending) {
    var output = try await begin(AnswerHead(status: 200, body: .events, call: id, keepsAlive: keepsAlive))
    for _ in 0..<3 { output.appendChunk("data: {this is not JSON\n\n".utf8.span) }
    output.appendLastChunk()
    ledger.ended(id, .error)
    try await line.send(output.take())
  }

  // MARK: both

  /// The head, still to be sent with what follows it; with `slow-head`, sent already.
  private func begin(_ head: AnswerHead) async throws(Line.Ending) -> ByteBuffer {
    ledger.answered(id, status: head.status)
    var output = ByteBuffer(minimumCapacity: 2048)
    head.write(into: &output)
    if knobs.hasSlowHead {
      let bytes = output.take()
      for index in 0..<bytes.count {
        try await line.send(bytes.slice(index..<index + 1))
        try await line.pause(milliseconds: Self.slowByteMs)
      }
    }
    return output
  }

  /// Does what `cut-after` and `stall-after` ask for once so many tokens have been sent.
  private func endIfAsked(after tokens: Int, _ output: inout ByteBuffer) async throws(Line.Ending) {
    if knobs.cutAfter == tokens {
      try await line.send(output.take())
      try await hangUp(.cut)
    }
    if knobs.stallAfter == tokens {
      try await line.send(output.take())
      defer { ledger.ended(id, .stalled) }
      try await line.fallSilent()
    }
  }

  private func hangUp(_ outcome: Call.Outcome) async throws(Line.Ending) {
    ledger.ended(id, outcome)
    await line.hangUp()
    throw .hungUp
  }
}
