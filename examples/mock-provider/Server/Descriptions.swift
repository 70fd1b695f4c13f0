// Descriptions: the models on offer, and what came in on a path nobody here knows.

import Bytes
import HTTP
import JSON

enum ModelList {
  private static let models = ["gpt-4o", "gpt-4o-mini", "text-embedding-3-small"]
  private static let claudes = ["claude-sonnet-4-5", "claude-haiku-4-5"]

  static func text(_ knobs: Knobs, asAnthropic: Bool) -> ByteSlice {
    var writer = JSONWriter()
    let names = knobs.models ?? (asAnthropic ? claudes : models)
    writer.object {
      if asAnthropic {
        $0.array("data", of: names) { writer, name in
          writer.object {
            $0.member("type", "model")
            $0.member("id", name)
            $0.member("display_name", name)
            $0.member("created_at", "2025-02-19T00:00:00Z")
          }
        }
        $0.member("has_more", false)
        $0.member("first_id", ifGiven: names.first)
        $0.member("last_id", ifGiven: names.last)
      } else {
        $0.member("object", "list")
        $0.array("data", of: names) { writer, name in describe(name, to: &writer) }
      }
    }
    return writer.take()
  }

  static func text(of model: String) -> ByteSlice {
    var writer = JSONWriter()
    describe(model, to: &writer)
    return writer.take()
  }

  private static func describe(_ model: String, to writer: inout JSONWriter) {
    writer.object {
      $0.member("id", model)
      $0.member("object", "model")
      $0.member("created", Int64(1_700_000_000))
      $0.member("owned_by", "mock")
    }
  }
}

enum Echo {
  /// What of the request an agent may want to check: never a header's value, which may be a key.
  static func text(_ request: Request, _ route: Route) -> ByteSlice {
    var writer = JSONWriter()
    writer.object {
      $0.member("object", "echo")
      $0.member("method", String(request.methodName))
      $0.member("path", route.pathAndQuery)
      $0.member("body_bytes", Int64(request.body.count))
      $0.array("headers", of: Array(0..<request.head.count)) { writer, index in
        writer.string(String(request.head.name(at: index)).lowercased())
      }
    }
    return writer.take()
  }
}
