// CallFacts: what a body asks for that bears on its price, or on who can answer it, found by the one scan of the body.

import Bytes
import JSON

/// A dialect's request tells them once a call; no candidate looks at the body again.
public struct CallFacts: Hashable, Sendable {
  /// What asks for more than the standard service at list price, as people write it (`service_tier: priority`), where no price
  /// list here has by how much it is dearer: other tiers, a fast mode, tools of the provider's own that are charged apart.
  /// Only the request's own fields and the entries of its `tools` ask for it.
  public var dearerOption: String?
  /// Sound in the request, or asked for in the reply.
  public var hasAudio = false
  /// Some of the prompt shall be kept in the provider's cache for longer than is usual: `"ttl": "1h"`.
  public var hasLongCacheWrite = false
  /// Earlier turns were answered in another dialect, and what the agent sends back of them has marks of it (`ORIGIN:TEXT`,
  /// `thinking_blocks`) that a provider of the agent's own dialect would refuse.
  public var carriesForeignThoughts = false

  public init() {}
}

extension NestedMembers {
  /// Whether some member `name` is a signature of thoughts that is marked as one of these origins.
  package func hasSignature(_ name: Int, ofAny marks: [StaticString], in body: Span<UInt8>) -> Bool {
    if places.isEmpty { return false }
    for mark in marks {
      if hasString(name, beginning: mark, in: body) { return true }
    }
    return false
  }
}
