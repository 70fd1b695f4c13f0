// Provider+Completing: a base URL as people write it becomes the one whose paths the provider serves.

import Exchange
import Providers

extension Provider {
  /// With the version that was left out, or without the one that stands in every path anyway (Cohere's).
  ///
  /// - Parameter isDated: Azure's dated API, whose paths have no version.
  func completed(_ written: Policy.BaseURL, isDated: Bool) -> Policy.BaseURL {
    let usual: String
    switch endpoint {
    case .address: usual = usualAddress?.path ?? ""
    case .azureResource: usual = isDated ? "/openai" : "/openai/v1"
    case .awsRegion, .googleProject: return written
    }
    let path = written.path
    if usual.isEmpty {
      guard written.endsInVersion, !path.hasSuffix("/compatibility/v1") else { return written }
      return written.with(path: String(path.dropLast(path.split(separator: "/").last!.count + 1)))
    }
    // `https://api.groq.com`, and `.../openai` as well.
    if path.isEmpty || usual.hasPrefix(path + "/") { return written.with(path: usual) }
    // Its clients append the version to whatever they are given.
    if dialects == [.anthropic] || dialects == [.gemini], !written.endsInVersion, !path.hasSuffix("/openai") {
      return written.ending(in: clientPath)
    }
    return written
  }
}
