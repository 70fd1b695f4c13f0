// GeminiReader: Gemini's stream becomes events. Every chunk is a reply of its own that says what is new.

import Bytes
import Conversation
import Exchange
import HTTP
import Hub
import JSON

/// The stream has no terminator: it has ended where every candidate that began has given its reason. Some models give one
/// with every chunk, so candidates finish where the stream ends.
struct GeminiReader: AnswerReader {
  private var stream = ServerSentEvents()
  private var id: String?
  private var hasBegun = false
  private var hasEnded = false
  private var callCount = 0
  private var candidates: [Candidate] = []
  /// Reported behind a candidate's end, and told behind it too.
  private var usage: Usage?

  private struct Candidate {
    var partCount = 0
    /// The part that grows.
    var open: Open?
    var calledTools = false
    /// Why it finished, once that is said, and what is said beside it.
    var reason: String?
    var message: String?

    enum Open {
      case text
      case thinking
    }
    var place: Int { partCount - 1 }
  }

  mutating func read(_ bytes: inout ByteBuffer, hasEnded: Bool) throws(ShapeFault) -> [AnswerEvent] {
    var events: [AnswerEvent] = []
    while let event = try stream.next(from: &bytes, hasEnded: hasEnded) {
      if self.hasEnded { continue }
      if event.data.isEmpty {
        events.append(.idled)
      } else {
        try read(chunk: event.data, &events)
      }
    }
    if hasEnded, !self.hasEnded, !candidates.isEmpty, candidates.allSatisfy({ $0.reason != nil }) { end(&events) }
    return events
  }

  private mutating func end(_ events: inout [AnswerEvent]) {
    hasEnded = true
    var failure: Fault?
    for choice in candidates.indices {
      let reason = candidates[choice].reason ?? "STOP"
      if let finish = GeminiContent.finish(of: reason, calledTools: candidates[choice].calledTools) {
        close(choice, &events)
        events.append(.choiceFinished(finish, stopSequence: nil, choice: choice))
      } else {
        failure = failure ?? ProviderFault.brokenOff(reason, candidates[choice].message)
      }
    }
    if let usage { events.append(.usageReported(usage)) }
    events.append(failure.map { .failed($0) } ?? .ended)
  }

  private mutating func read(chunk: ByteSlice, _ events: inout [AnswerEvent]) throws(ShapeFault) {
    let found = try GeminiChunk(chunk)
    if found.isError {
      hasEnded = true
      events.append(.failed(GeminiContent.fault(status: nil, body: chunk)))
      return
    }
    if !hasBegun {
      hasBegun = true
      let id = GeminiCalls.replyName(try found.string(.responseId))
      self.id = id
      events.append(.began(AnswerStart(id: id, model: try found.string(.modelVersion) ?? "")))
    }
    for (position, place) in (try found.candidates()).enumerated() {
      try read(try GeminiCandidate(place, of: chunk, at: position), &events)
    }
    if candidates.isEmpty, try found.object(.promptFeedback)?.given("blockReason") != nil {
      candidates.append(Candidate(reason: "SAFETY"))
    }
    if let metadata = try found.object(.usageMetadata), let usage = GeminiUsage.read(metadata.bytes.span) {
      if candidates.contains(where: { $0.reason != nil }) {
        self.usage = usage
      } else {
        events.append(.usageReported(usage))
      }
    }
  }

  private mutating func read(_ candidate: GeminiCandidate, _ events: inout [AnswerEvent]) throws(ShapeFault) {
    let choice = candidate.index
    while candidates.count <= choice { candidates.append(Candidate()) }
    for part in try candidate.parts() { take(part, of: choice, &events) }
    if candidate.hasRarities { try readRarities(of: candidate, &events) }
    if let reason = candidate.finishReason, reason != "FINISH_REASON_UNSPECIFIED" {
      candidates[choice].reason = reason
      candidates[choice].message = candidate.finishMessage
    }
  }

  private mutating func readRarities(
    of candidate: GeminiCandidate, _ events: inout [AnswerEvent]
  ) throws(ShapeFault) {
    let choice = candidate.index
    let value = try candidate.value()
    for var citation in try GeminiCitations.read(value, at: candidate.path) {
      // Places are counted in a text of which only this chunk is known here.
      citation.start = nil
      citation.end = nil
      open(.text, of: choice, &events)
      events.append(.partGrew(.citation(citation), at: place(of: choice)))
    }
    if let result = try value.object("logprobsResult", in: candidate.path) {
      let logprobs = try GeminiLogprobs.read(result, at: candidate.path + ".logprobsResult")
      if candidates[choice].open != nil { events.append(.partGrew(.logprobs(logprobs), at: place(of: choice))) }
    }
  }

  // MARK: parts

  private mutating func take(_ part: GeminiPart, of choice: Int, _ events: inout [AnswerEvent]) {
    switch part {
    case .text(let text, let signature):
      if !text.isEmpty {
        open(.text, of: choice, &events)
        events.append(.partGrew(.text(text), at: place(of: choice)))
      }
      if let signature {
        close(choice, &events)
        open(.thinking, of: choice, &events)
        sign(signature, choice, &events)
      }
    case .thought(let text, let signature):
      if text.isEmpty, signature == nil { return }
      open(.thinking, of: choice, &events)
      if !text.isEmpty { events.append(.partGrew(.text(text), at: place(of: choice))) }
      if let signature { sign(signature, choice, &events) }
    case .call(let given, let name, let arguments, let signature):
      close(choice, &events)
      let id = given.flatMap { $0.isEmpty ? nil : $0 } ?? GeminiCalls.id(in: id ?? "", at: callCount)
      callCount += 1
      candidates[choice].calledTools = true
      candidates[choice].partCount += 1
      let place = place(of: choice)
      events.append(.partBegan(.toolUse(id: id, name: name, signature: signature), at: place))
      events.append(.partGrew(.arguments(arguments), at: place))
      events.append(.partEnded(at: place))
    case .media(let media, let signature):
      close(choice, &events)
      candidates[choice].partCount += 1
      events += [.partBegan(.media(media), at: place(of: choice)), .partEnded(at: place(of: choice))]
      if let signature {
        open(.thinking, of: choice, &events)
        sign(signature, choice, &events)
      }
    case .other: break
    }
  }

  /// A signature ends the thinking it is for.
  private mutating func sign(_ signature: Signature, _ choice: Int, _ events: inout [AnswerEvent]) {
    events.append(.partGrew(.signature(signature), at: place(of: choice)))
    close(choice, &events)
  }

  private mutating func open(_ kind: Candidate.Open, of choice: Int, _ events: inout [AnswerEvent]) {
    if candidates[choice].open == kind { return }
    close(choice, &events)
    candidates[choice].open = kind
    candidates[choice].partCount += 1
    events.append(.partBegan(kind == .text ? .text : .thinking, at: place(of: choice)))
  }

  private mutating func close(_ choice: Int, _ events: inout [AnswerEvent]) {
    if candidates[choice].open == nil { return }
    events.append(.partEnded(at: place(of: choice)))
    candidates[choice].open = nil
  }

  private func place(of choice: Int) -> PartPlace { PartPlace(choice: choice, part: candidates[choice].place) }
}

extension GeminiContent {
  public static func reader() -> any AnswerReader { GeminiReader() }
}
