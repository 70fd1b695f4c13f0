// UsageReader+Gemini: `usageMetadata` (ai.google.dev/api/generate-content#UsageMetadata).

import Bytes
import Exchange
import JSON

extension UsageReader {
  enum GeminiName: String, FieldName {
    case prompt = "promptTokenCount"
    case toolUsePrompt = "toolUsePromptTokenCount"
    case cached = "cachedContentTokenCount"
    case candidates = "candidatesTokenCount"
    case thoughts = "thoughtsTokenCount"
    case total = "totalTokenCount"
  }

  /// Tokens of tool results are input beside the prompt's, thoughts are output beside the candidates'.
  func readGemini(_ value: ScannedValue, in text: Span<UInt8>) -> Usage? {
    guard let table = try? geminiNames.scan(text, in: value.range) else { return nil }
    func count(_ name: GeminiName) -> TokenCount? {
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
    return usage.input == nil && usage.output == nil && usage.reportedTotal == nil ? nil : usage
  }
}
