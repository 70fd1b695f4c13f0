// GeminiUsage: `usageMetadata` (ai.google.dev/api/generate-content#UsageMetadata).

import Bytes
import Exchange
import Hub
import JSON

enum GeminiUsage {
  private enum Name: String, FieldName {
    case prompt = "promptTokenCount"
    case toolUsePrompt = "toolUsePromptTokenCount"
    case cached = "cachedContentTokenCount"
    case candidates = "candidatesTokenCount"
    case thoughts = "thoughtsTokenCount"
    case total = "totalTokenCount"
    case promptByModality = "promptTokensDetails"
    case candidatesByModality = "candidatesTokensDetails"
  }

  /// A ModalityTokenCount.
  private enum ModalityName: String, FieldName {
    case modality
    case tokenCount
  }

  private static let names = FieldScanner<Name>()
  private static let modalities = FieldScanner<ModalityName>()

  /// nil where `text` is no object or reports no tokens at all. Tokens of tool results are input beside the prompt's, thoughts are output beside the candidates'.
  static func read(_ text: Span<UInt8>) -> Usage? {
    guard let table = try? names.scan(text) else { return nil }
    func count(_ name: Name) -> TokenCount? {
      guard let number = table[name]?.value.integer(in: text), number >= 0 else { return nil }
      return TokenCount(number)
    }
    func sum(_ one: TokenCount?, _ other: TokenCount?) -> TokenCount? {
      one == nil && other == nil ? nil : (one ?? .zero) + (other ?? .zero)
    }
    var usage = Usage()
    usage.input = sum(count(.prompt), count(.toolUsePrompt))
    usage.cachedInput = count(.cached)
    usage.reasoning = count(.thoughts)
    usage.output = sum(count(.candidates), usage.reasoning)
    usage.reportedTotal = count(.total)
    usage.audioInput = audio(table[.promptByModality]?.value, in: text)
    usage.audioOutput = audio(table[.candidatesByModality]?.value, in: text)
    return usage.input == nil && usage.output == nil && usage.reportedTotal == nil ? nil : usage
  }

  /// The tokens of the element whose modality is AUDIO; nil where there is none.
  private static func audio(_ value: ScannedValue?, in text: Span<UInt8>) -> TokenCount? {
    guard let value, value.kind == .array else { return nil }
    var counts = ArrayScanner(value)
    while let element = try? counts.next(in: text) {
      guard element.kind == .object, let table = try? modalities.scan(text, in: element.range),
        table[.modality]?.value.string(in: text) == "AUDIO",
        let number = table[.tokenCount]?.value.integer(in: text), number >= 0
      else { continue }
      return TokenCount(number)
    }
    return nil
  }
}
