// StreamEvent+Gemini: one chunk of streamGenerateContent, which is a reply of its own.

import Bytes
import Exchange
import Hub
import JSON

extension StreamEvent {
  private enum Name: String, FieldName {
    case candidates
    case usageMetadata
    case modelVersion
    case promptFeedback
    case error
  }
  private enum CandidateName: String, FieldName {
    case content
    case finishReason
  }
  private enum ContentName: String, FieldName {
    case parts
  }
  private enum PartName: String, FieldName {
    case text
    case functionCall
    case inlineData
    case executableCode
    case codeExecutionResult
    case thoughtSignature
  }

  private static let scanner = FieldScanner<Name>()
  private static let candidateScanner = FieldScanner<CandidateName>()
  private static let contentScanner = FieldScanner<ContentName>()
  private static let partScanner = FieldScanner<PartName>()

  /// Throws when the payload is not a JSON object.
  init(gemini data: ByteSlice) throws(JSONError) {
    let text = data.span
    let fields = try Self.scanner.scan(text)
    self.init(isDone: false, isError: fields[.error].map { $0.value.kind != .null } ?? false)
    usage = fields[.usageMetadata].flatMap { GeminiUsage.read(text.extracting($0.value.range)) }
    model = fields[.modelVersion]?.value
    // A prompt that was blocked has no candidate: that is all there is to say.
    if fields[.promptFeedback]?.value.kind == .object, fields[.candidates] == nil { hasFinished = true }
    guard let candidates = fields[.candidates]?.value, candidates.kind == .array else { return }
    var list = ArrayScanner(candidates)
    while let candidate = try list.next(in: text) {
      guard candidate.kind == .object else { continue }
      let members = try Self.candidateScanner.scan(text, in: candidate.range)
      if let reason = members[.finishReason], reason.value.kind != .null { hasFinished = true }
      guard let content = members[.content]?.value, content.kind == .object,
        let parts = try Self.contentScanner.scan(text, in: content.range)[.parts]?.value, parts.kind == .array
      else { continue }
      var elements = ArrayScanner(parts)
      while let part = try elements.next(in: text) {
        guard part.kind == .object else { continue }
        let found = try Self.partScanner.scan(text, in: part.range)
        for name in PartName.allCases { add(found[name]) }
      }
    }
  }
}
