// OpenAIRequest+Upstream: the body as one candidate gets it: the agent's bytes with a few fields spliced.

import Bytes
import Exchange
import Hub
import JSON
import Providers

extension OpenAIRequest {
  public func body(with changes: RequestChanges) -> [ByteSlice] {
    var splice = Splice(of: body)
    var isChanged = false
    if let model = changes.model, model != self.model {
      fields.set(.model, to: ModelReply.quoted(model), in: &splice)
      isChanged = true
    }
    if changes.addsStreamUsage, wantsStream, !wantsStreamUsage {
      askForUsage(in: &splice)
      isChanged = true
    }
    if let outputMax = changes.outputMax {
      let number = ByteSlice(String(outputMax.value))
      // Lowered where it is given, never raised: a smaller bound of the agent's own stays.
      for name in [Name.maxTokens, .maxCompletionTokens, .maxOutputTokens] where isAbove(outputMax, name) {
        fields.set(name, to: number, in: &splice)
        isChanged = true
      }
      if self.outputMax == nil {
        fields.set(Name(changes.habits.addedOutputMaxField), to: number, in: &splice)
        isChanged = true
      }
    }
    if adapt(to: changes.habits, in: &splice) { isChanged = true }
    return isChanged ? splice.pieces : [body]
  }

  private func isAbove(_ limit: TokenCount, _ name: Name) -> Bool {
    let body = self.body
    return fields[name]?.integer(in: body.span).map { $0 > limit.value } ?? false
  }

  private func askForUsage(in splice: inout Splice) {
    if let options {
      if let asked = options[.includeUsage] {
        splice.replace(asked.value.range, with: Self.yes)
      } else {
        splice.insert(OptionName.includeUsage.rawValue, value: Self.yes, into: options.object)
      }
    } else {
      fields.set(.streamOptions, to: Self.usageOptions, in: &splice)
    }
  }

  private static let yes = ByteSlice("true")
  private static let usageOptions = ByteSlice("{\"include_usage\":true}")
}

extension OpenAIRequest.Name {
  fileprivate init(_ field: OutputMaxField) {
    switch field {
    case .maxTokens: self = .maxTokens
    case .maxCompletionTokens: self = .maxCompletionTokens
    case .maxOutputTokens: self = .maxOutputTokens
    }
  }
}
