// BedrockModel+Caching: where each family of models lets a marker of what is kept stand.

import Conversation
import Hub

extension BedrockModel {
  /// The marker behind a part as the model takes it (docs.aws.amazon.com/bedrock/latest/userguide/prompt-caching.html):
  /// Nova's stand in the system and behind a text, for five minutes; others but Claude have none.
  func marker(of part: Part) -> CacheMarker? {
    var given = part.cache
    if case .toolResult(let result) = part.content {
      given = given ?? result.parts.last { $0.cache != nil }?.cache
      if case .nova = self { return nil }
    }
    switch self {
    case .claude, .unknown: return given
    case .nova: return given == nil ? nil : CacheMarker()
    case .gptOSS, .other: return nil
    }
  }

  /// Tools may be followed by a marker.
  var marksTools: Bool {
    switch self {
    case .claude, .unknown: true
    case .nova, .gptOSS, .other: false
    }
  }
}
