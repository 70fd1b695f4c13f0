import Testing

@testable import Policy

/// The example with seeded damage: whatever arrives, the answer is a policy or a reason.
@Suite struct MutationTests {
  /// SplitMix64: small, seeded, the same on every machine.
  private struct Generator: RandomNumberGenerator {
    var state: UInt64
    mutating func next() -> UInt64 {
      state &+= 0x9E37_79B9_7F4A_7C15
      var mixed = state
      mixed = (mixed ^ mixed >> 30) &* 0xBF58_476D_1CE4_E5B9
      mixed = (mixed ^ mixed >> 27) &* 0x94D0_49BB_1331_11EB
      return mixed ^ mixed >> 31
    }
  }

  /// Bytes that mean something to a reader of YAML or JSON.
  private static let loaded = Array("{}[]:,-#&*!|>'\"%@`\n\t \\0129.eE+~$/\u{85}".utf8) + [0, 0xC3, 0xED, 0xF4, 0xFF]

  private static func damaged(_ bytes: [UInt8], _ generator: inout Generator) -> [UInt8] {
    var bytes = bytes
    for _ in 0..<Int.random(in: 1...4, using: &generator) where bytes.count > 8 {
      let at = Int.random(in: 0..<bytes.count - 8, using: &generator)
      let length = Int.random(in: 1...8, using: &generator)
      switch Int.random(in: 0..<5, using: &generator) {
      case 0: bytes[at] = loaded.randomElement(using: &generator)!
      case 1: bytes[at] = UInt8.random(in: 0...255, using: &generator)
      case 2: bytes.removeSubrange(at..<at + length)
      case 3: bytes.insert(contentsOf: bytes[at..<at + length], at: Int.random(in: 0..<bytes.count, using: &generator))
      default: bytes.removeSubrange((at + 8)...)
      }
    }
    return bytes
  }

  /// The example without comments, so that damage hits what is read.
  private static let yaml = Array(
    DocumentTests.example.split(separator: "\n", omittingEmptySubsequences: true).map { line in
      line.split(separator: " #", maxSplits: 1, omittingEmptySubsequences: false)[0]
    }.filter { !$0.hasPrefix("#") }.joined(separator: "\n").utf8)

  /// Everything a policy can say, at least once.
  private static let whole = """
    {"backends": {"openai": {"provider": "openai", "auth": {"env": "OPENAI_API_KEY"}, "timeouts": {"idle": "5s"}},
     "local": {"provider": "openai", "baseURL": "http://[::1]:8000/v1", "tls": null, "drained": true},
     "azure": {"provider": "azure", "resource": "r", "apiVersion": "2024-10-21", "auth": {"file": "/k",
     "overrideHeader": "x-key", "headerName": "api-key", "headerPrefix": ""}, "dialects": ["openAI", "responses"]},
     "bedrock": {"provider": "bedrock", "region": "eu-central-1", "auth": {"aws": {"role": "arn", "tokenFile": "/t"}}},
     "prod": {"provider": "bedrock", "region": "us-east-1", "auth": {"aws": {"profile": "p", "file": "/c"}}},
     "vertex": {"provider": "vertex", "project": "p", "location": "eu", "auth": {"google": {"file": "/k"}}}},
     "models": {"gpt-4o": {"chain": [{"backend": "openai", "priority": 1, "when": "budget.remaining > 0.5"},
     {"backend": "local", "priority": 2, "weight": 3, "modelNameOverride": "\\uD83Dlla\\u006da"}],
     "failover": {"on": ["error", "budgetExceeded"]}}, "gpt-4o-mini": {"chain": [{"backend": "local"}]}},
     "budgets": {"b": {"per": ["header:x-user-id", "model"], "limit": "50k tokens/hour", "alertAt": [0.5, 0.8]},
     "c": {"match": {"model": "gpt-*", "user": {"regex": "^a"}, "header:x-a": {"present": false}}, "limit": "$1.5k/7d",
     "timezone": "Europe/Berlin", "carryDebt": true, "queue": {"maxWait": "10s"}, "floor": 64, "burn": "3x over 10m"},
     "d": {"limit": {"amount": "5M", "per": "day", "weights": {"gpt-4o": {"input": 1, "output": 3}}, "multiplier":
     {"gpt-*": 10}}, "shadow": true}, "e": {"limit": {"amount": 7, "cel": "input_tokens", "per": "30m"}},
     "f": {"limit": "600 requests/minute", "burst": 50}, "g": {"unlimited": true, "per": "tenant"}},
     "plans": {"free": {"match": {"team": "x"}, "limits": ["5 tokens/day", {"limit": "$1/hour"}],
     "allowedModels": ["gpt-4o-mini"]}},
     "prices": {"local/llama-*": {"input": "0.25", "cachedInput": 0.05, "output": 1, "tiers": [{"above": 200000,
     "input": 1, "output": 2}]}, "gpt-5": {"priceAs": "gpt-4o"}}, "unpriced": {"priceAs": "gpt-4o"},
     "identity": {"headers": {"user": "x-me", "team": "x-us"}},
     "alerts": {"webhook": {"url": "https://hooks.example.com/a", "auth": {"file": "/x"}}},
     "loopBreaker": {"repeats": 10, "within": "5m", "coolDown": "10m"},
     "limits": {"headBytesMax": 65536, "headTimeout": "10s", "retryableWithin": "1m", "onDisconnect": "drain",
     "onLedgerLoss": "failOpen", "onAuthorityLoss": "failClosed"}}
    """

  private static let json = Array(whole.replacing("\\uD83D", with: "").utf8)

  @Test(arguments: [0, 1, 2, 3]) func `10,000 damaged documents are each a policy or a reason`(seed: UInt64) {
    var generator = Generator(state: seed)
    var (accepted, refused, silent) = (0, 0, 0)
    for round in 0..<2_500 {
      let bytes = Self.damaged(round % 2 == 0 ? Self.yaml : Self.json, &generator)
      do {
        _ = try Policy.load(bytes: bytes.span, file: "f")
        accepted += 1
      } catch {
        refused += 1
        if error.diagnostics.isEmpty || "\(error)".isEmpty { silent += 1 }
      }
    }
    #expect(silent == 0)
    // Damage that never got past the syntax, or never hurt, would prove nothing.
    #expect(accepted > 20)
    #expect(refused > 1_000)
  }

  @Test func `the whole document is a policy, or the damage below would hit nothing`() throws {
    #expect(complaints(String(decoding: Self.json, as: UTF8.self)) == [])
  }

  /// A tree in which values have changed places: right words where they do not belong.
  private static func shuffled(_ root: Node, _ generator: inout Generator) -> Node {
    var values: [Node] = []
    func gather(_ node: Node) {
      values.append(node)
      switch node.value {
      case .sequence(let nodes): for node in nodes { gather(node) }
      case .mapping(let entries): for entry in entries { gather(entry.value) }
      case .string, .number, .bool, .null: break
      }
    }
    gather(root)
    let (from, to) = (
      Int.random(in: 1..<values.count, using: &generator), Int.random(in: 1..<values.count, using: &generator)
    )
    var count = 0
    func rebuilt(_ node: Node) -> Node {
      let index = count
      count += 1
      switch node.value {
      case .sequence(let nodes):
        let rest = nodes.map(rebuilt)
        return index == to ? values[from] : Node(value: .sequence(rest), position: node.position)
      case .mapping(let entries):
        let rest = entries.map { Node.Entry(key: $0.key, position: $0.position, value: rebuilt($0.value)) }
        return index == to ? values[from] : Node(value: .mapping(rest), position: node.position)
      case .string, .number, .bool, .null: return index == to ? values[from] : node
      }
    }
    return rebuilt(root)
  }

  @Test(arguments: [0, 1, 2, 3]) func `4,000 documents with values in wrong places are each a policy or a reason`(
    seed: UInt64
  ) throws {
    var generator = Generator(state: seed)
    let root = try Node.read(Self.json.span)
    var (accepted, refused, changed) = (0, 0, 0)
    for _ in 0..<1_000 {
      let document = PolicyDocument(root: Self.shuffled(root, &generator), files: ["f"])
      let policy: Policy
      do {
        policy = try document.policy()
      } catch {
        refused += 1
        continue
      }
      accepted += 1
      // What is a policy is the same policy as JSON.
      if try Policy.load(json: document.json.span, origin: "f") != policy { changed += 1 }
    }
    #expect(changed == 0)
    #expect(accepted > 20)
    #expect(refused > 400)
  }
}
