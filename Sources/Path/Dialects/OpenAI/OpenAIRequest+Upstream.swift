// OpenAIRequest+Upstream: the body as one candidate gets it: the agent's bytes with a few fields spliced.

import Bytes
import Exchange
import Hub
import JSON

extension OpenAIRequest {
  public func body(with changes: RequestChanges) -> [ByteSlice] {
    var splice = Splice(of: body)
    var isChanged = false
    if let model = changes.model, model != self.model {
      set(.model, to: ModelReply.quoted(model), in: &splice)
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
        set(name, to: number, in: &splice)
        isChanged = true
      }
      if self.outputMax == nil {
        set(Name(changes.outputMaxField), to: number, in: &splice)
        isChanged = true
      }
    }
    if let habits = changes.habits, adapt(to: habits, in: &splice) { isChanged = true }
    if changes.shortensCallIDs, shortenCallIDs(in: &splice) { isChanged = true }
    return isChanged ? splice.pieces : [body]
  }

  private func isAbove(_ limit: TokenCount, _ name: Name) -> Bool {
    guard let value = fields[name]?.value else { return false }
    let body = self.body
    return value.integer(in: body.span).map { $0 > limit.value } ?? false
  }

  private func set(_ name: Name, to value: ByteSlice, in splice: inout Splice) {
    if let field = fields[name] {
      splice.replace(field.value.range, with: value)
    } else {
      splice.insert(name.rawValue, value: value, into: fields.object)
    }
  }

  private func askForUsage(in splice: inout Splice) {
    if let options {
      if let asked = options[.includeUsage] {
        splice.replace(asked.value.range, with: Self.yes)
      } else {
        splice.insert(OptionName.includeUsage.rawValue, value: Self.yes, into: options.object)
      }
    } else {
      set(.streamOptions, to: Self.usageOptions, in: &splice)
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
