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
  let route: Route
  let keepsAlive: Bool
  /// To a HEAD request: everything but the body.
  let isHead: Bool

  private var knobs: Knobs { route.knobs }

  /// Gives what was asked for, or the misbehaviour the knobs ask for, and enters the outcome.
  func give(_ asked: Provider.Asked) async throws(Line.Ending) {
    do throws(Line.Ending) {
      if knobs.delayMs > 0 { try await line.pause(milliseconds: knobs.delayMs) }
      if knobs.closes { try await hangUp(.closed) }
      if let status = knobs.status { return try await refuse(.asked(status)) }
      if knobs.isGarbage { return try await asked.streams ? streamGarbage() : sendGarbage() }
      switch asked {
      case .refusal(let refusal): try await refuse(refusal)
      case .document(let body): try await send(body)
      case .embeddings(_, let body): try await send(body)
      case .generation(let generation):
        if generation.streams { try await stream(generation) } else { try await send(generation) }
      }
      ledger.ended(id, .completed)
    } catch {
      if error == .agentLeft {
        if knobs.goesOn, case .generation(let generation) = asked { ledger.bill(id, upTo: generation.completionTokens) }
        ledger.ended(id, .aborted)
      }
      throw error
    }
  }

  // MARK: whole answers

  private func refuse(_ refusal: Refusal) async throws(Line.Ending) {
    var body = ByteBuffer()
    refusal.write(in: route.dialect, retryAfterSeconds: knobs.retryAfterSeconds, into: &body)
    ledger.ended(id, .error)
    try await send(
      body.take(), status: refusal.status, retryAfterSeconds: knobs.retryAfterSeconds,
      awsErrorType: route.dialect == .bedrock ? refusal.bedrockType : nil)
  }

  private func sendGarbage() async throws(Line.Ending) {
    ledger.ended(id, .error)
    try await send(ByteSlice("<html>This is not the JSON you were looking for.</html>\n"))
  }

  private func send(
    _ body: ByteSlice, status: Int = 200, retryAfterSeconds: Int? = nil, awsErrorType: String? = nil
  ) async throws(Line.Ending) {
    var output = begin(
      AnswerHead(
        status: status, body: .json(body.count), call: id, retryAfterSeconds: retryAfterSeconds,
        awsErrorType: awsErrorType, keepsAlive: keepsAlive))
    if knobs.hasSlowHead { try await sendSlowly(output.take()) }
    if !isHead { output.append(body) }
    try line.send(output.take())
  }

  private func send(_ generation: Generation) async throws(Line.Ending) {
    let reply = generation.whole(call: id, knobs)
    var output = begin(AnswerHead(status: 200, body: .json(reply.count), call: id, keepsAlive: keepsAlive))
    if knobs.hasSlowHead { try await sendSlowly(output.take()) }
    var sent = 0
    var tokens = 0
    if endsEarly(after: tokens) { try await endEarly(&output) }
    for hole in reply.holes {
      output.append(reply.frame.span.extracting(sent..<hole.place))
      sent = hole.place
      let last = min(hole.text.tokens, (knobs.cutAfter ?? knobs.stallAfter ?? .max) - tokens)
      var token = 0
      while token < last {
        let next = min(last, token + Self.tokensPerPiece)
        let range = hole.text.end(ofToken: token)..<hole.text.end(ofToken: next)
        switch hole.style {
        case .escaped: hole.text.appendEscaped(range, to: &output)
        case .plain: hole.text.append(range, to: &output)
        case .hidden: break
        }
        ledger.bill(id, completionTokens: next - token)
        token = next
        if token < last { try await sendPiece(&output) }
      }
      tokens += last
      if endsEarly(after: tokens) { try await endEarly(&output) }
    }
    output.append(reply.frame.span.extracting(sent..<reply.frame.count))
    try line.send(output.take())
  }

  // MARK: streams

  private func stream(_ generation: Generation) async throws(Line.Ending) {
    let reply = generation.stream(call: id, knobs)
    var output = begin(AnswerHead(status: 200, body: reply.body, call: id, keepsAlive: keepsAlive))
    if knobs.hasSlowHead { try await sendSlowly(output.take()) }
    var tokens = 0
    if endsEarly(after: tokens) { try await endEarly(&output) }
    reply.begin(&output)
    for (index, choice) in generation.choices.enumerated() {
      reply.beginChoice(choice, index, &output)
      for (number, content) in choice.contents.enumerated() {
        let place = ContentPlace(choice: index, content: number)
        reply.beginContent(content, place, &output)
        for number in 0..<content.text.tokens {
          if knobs.failAfter == tokens { return try fail(reply, &output) }
          if tokens > 0, knobs.chunkDelayMs > 0 {
            try line.send(output.take())
            try await line.pause(milliseconds: knobs.chunkDelayMs)
          } else if output.count >= Self.bytesPerWrite {
            try await sendPiece(&output)
          }
          reply.write(token: number + 1, of: content, place, &output)
          tokens += 1
          ledger.bill(id, completionTokens: 1)
          if endsEarly(after: tokens) { try await endEarly(&output) }
        }
        reply.endContent(content, place, &output)
      }
      reply.endChoice(choice, index, &output)
    }
    if knobs.failAfter == tokens { return try fail(reply, &output) }
    reply.end(&output)
    output.appendLastChunk()
    try line.send(output.take())
  }

  /// The provider says that it cannot go on, and ends the body as if it were whole.
  private func fail(_ reply: any StreamedReply, _ output: inout ByteBuffer) throws(Line.Ending) {
    ledger.ended(id, .error)
    reply.fail(.failed, &output)
    output.appendLastChunk()
    try line.send(output.take())
  }

  private func streamGarbage() async throws(Line.Ending) {
    var output = begin(AnswerHead(status: 200, body: .events, call: id, keepsAlive: keepsAlive))
    if knobs.hasSlowHead { try await sendSlowly(output.take()) }
    for _ in 0..<3 { output.appendChunk("data: {this is not JSON\n\n".utf8.span) }
    output.appendLastChunk()
    ledger.ended(id, .error)
    try line.send(output.take())
  }

  // MARK: both

  private static let tokensPerPiece = 16_384
  private static let bytesPerWrite = 32 * 1024
  private static let slowByteMs = 200

  /// The head, to be sent with what follows it.
  private func begin(_ head: AnswerHead) -> ByteBuffer {
    ledger.answered(id, status: head.status)
    var output = ByteBuffer(minimumCapacity: 2048)
    head.write(into: &output)
    return output
  }

  private func sendSlowly(_ bytes: ByteSlice) async throws(Line.Ending) {
    for index in 0..<bytes.count {
      try line.send(bytes.slice(index..<index + 1))
      try await line.pause(milliseconds: Self.slowByteMs)
    }
  }

  /// A part of something large, at the speed the agent reads it.
  private func sendPiece(_ output: inout ByteBuffer) async throws(Line.Ending) {
    try line.send(output.take())
    if line.isBehind { try await line.catchUp() }
  }

  /// Whether `cut-after` or `stall-after` asks for the end once so many tokens have been sent.
  private func endsEarly(after tokens: Int) -> Bool { knobs.cutAfter == tokens || knobs.stallAfter == tokens }

  private func endEarly(_ output: inout ByteBuffer) async throws(Line.Ending) {
    try line.send(output.take())
    if knobs.cutAfter != nil { try await hangUp(.cut) }
    defer { ledger.ended(id, .stalled) }
    try await line.fallSilent()
  }

  private func hangUp(_ outcome: Call.Outcome) async throws(Line.Ending) {
    ledger.ended(id, outcome)
    await line.hangUp()
    throw .hungUp
  }
}
