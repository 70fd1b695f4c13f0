// Keys: who may call: each dialect has its own place for a key.

import Bytes
import HTTP
import Reactor

struct Keys: Sendable {
  struct AWSKey: Sendable {
    let id: String
    let secret: String
  }

  /// nil for any, as long as requests are signed.
  private(set) var aws: AWSKey?

  init(aws: AWSKey? = nil) { self.aws = aws }

  /// Throws where the call has no key, or another than `require-key` asks for. OpenAI's paths ask for one only then.
  @EventLoop
  func check(_ request: Request, _ route: Route, _ door: Door) throws(Refusal) {
    let required = route.knobs.requiredKey
    if door.dialect == .bedrock, request.bearer == nil {
      let secret = required ?? aws?.secret
      return try SignatureCheck(request).verify(id: aws?.id, secret: secret, at: Moment.unixSeconds)
    }
    guard let key = request.key(for: door, route) else {
      if required == nil, door.dialect == .openAI || door.dialect == .responses { return }
      throw .wrongKey()
    }
    if let required, key != required { throw .wrongKey() }
  }
}

extension Request {
  fileprivate func key(for door: Door, _ route: Route) -> String? {
    switch door {
    case .deployedChat, .deployedEmbeddings: return field("api-key") ?? bearer
    default: break
    }
    return switch door.dialect {
    case .openAI, .responses, .cohere, .bedrock: bearer
    case .anthropic: field("x-api-key") ?? bearer
    case .gemini: field("x-goog-api-key") ?? route.parameter("key") ?? bearer
    }
  }

  fileprivate var bearer: String? {
    guard let value = field("authorization"), value.hasPrefix("Bearer ") else { return nil }
    return String(value.dropFirst("Bearer ".count))
  }

  func field(_ name: StaticString) -> String? {
    guard let value = head[name] else { return nil }
    return String(value)
  }
}
