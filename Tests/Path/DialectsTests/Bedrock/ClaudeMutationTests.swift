import Bytes
import Conversation
import Exchange
import Foundation
import HTTP
import JSON
import Testing

@testable import Anthropic
@testable import Bedrock
@testable import Dialects
@testable import Hub

/// Bodies and streams of Anthropic and Bedrock with something wrong in them: read or refused, never worse.
@Suite struct ClaudeMutationTests {
  /// How often; a million by `AIGW_MUTATIONS=1000000`.
  private let rounds = ProcessInfo.processInfo.environment["AIGW_MUTATIONS"].flatMap { Int($0) } ?? 20_000

  @Test(arguments: [Dialect.anthropic, .bedrock]) func requestsAreReadOrRefused(_ dialect: Dialect) throws {
    let spoke = try #require(dialect.spoke)
    let bodies = Self.requests(dialect) + [ByteSlice(dialect == .anthropic ? Self.anthropicBody : Self.bedrockBody)]
    var mutations = BodyMutations(seed: 61)
    var read = 0
    for round in 0..<rounds / 2 {
      let body = mutations.mutated(bodies[round % bodies.count])
      do throws(Fault) {
        let conversation = try spoke.conversation(from: body, model: ModelName("claude-sonnet-4-5"), streams: false)
        read += 1
        // What was read can be written, and is JSON.
        var losses = Losses()
        let written = spoke.body(of: conversation, losses: &losses)
        #expect((try? JSONValue.parse(written.span, rejectingDuplicates: true)) != nil, "\(String(body.span))")
      } catch {
        #expect(error.status == 400 && error.party == .agent && !error.message.isEmpty)
      }
    }
    #expect(read > rounds / 20, "most mistakes would be refused unread")
  }

  @Test(arguments: [Dialect.anthropic, .bedrock]) func repliesAreReadOrRefused(_ dialect: Dialect) throws {
    let spoke = try #require(dialect.spoke)
    var generator = ConversationGenerator(seed: 62, signatures: .claude)
    let bodies = (0..<50).map { _ in spoke.body(of: generator.answer(), to: Conversation(model: "m")) }
    var mutations = BodyMutations(seed: 63)
    for round in 0..<rounds / 4 {
      let body = mutations.mutated(bodies[round % bodies.count])
      do throws(ShapeFault) { _ = try spoke.answer(from: body) } catch { #expect(!error.problem.isEmpty) }
      _ = spoke.fault(status: 500, body: body)
    }
  }

  @Test func streamsKeepTheirPromiseWhateverComes() throws {
    var generator = ConversationGenerator(seed: 64, signatures: .claude)
    var mutations = BodyMutations(seed: 65)
    for _ in 0..<rounds / 40 {
      let events = generator.events(of: generator.answer())
      let wire = written(events, by: AnthropicMessages.writer(for: Conversation(model: "m")))
      let lines = String(wire.span).split(separator: "\n\n").map { block in
        let data = block.split(separator: "\n").last!.dropFirst("data: ".count)
        return generator.chance(30) ? String(mutations.mutated(ByteSlice(String(data))).span) : String(data)
      }
      let kept = lines.filter { _ in !generator.chance(10) }
      check(
        ByteSlice(kept.map { "data: \($0.replacingOccurrences(of: "\n", with: " "))\n\n" }.joined()),
        AnthropicMessages.reader())
    }
  }

  @Test func framedStreamsKeepTheirPromiseWhateverComes() throws {
    var generator = ConversationGenerator(seed: 66, signatures: .claude)
    var mutations = BodyMutations(seed: 67)
    for _ in 0..<rounds / 40 {
      let events = generator.events(of: generator.answer())
      var wire = ByteBuffer()
      wire.append(written(events, by: BedrockConverse.writer(for: Conversation(model: "m"))))
      var decoder = AmazonEventDecoder()
      var mutated = ByteBuffer()
      while let message = try decoder.next(from: &wire) {
        if generator.chance(10) { continue }
        let payload = generator.chance(30) ? mutations.mutated(message.payload) : message.payload
        AmazonEvent.append(headers: message.fields, payload: payload, to: &mutated)
      }
      check(mutated.take(), BedrockConverse.reader())
    }
  }

  private func check(_ wire: ByteSlice, _ reader: any AnswerReader) {
    var reader = reader
    var buffer = ByteBuffer()
    buffer.append(wire)
    var events: [AnswerEvent] = []
    do throws(ShapeFault) { events = try reader.read(&buffer, hasEnded: true) } catch { return }
    let violations = StreamedAnswer(events).violations
    #expect(violations == [], "\(String(wire.span))")
  }

  private static func requests(_ dialect: Dialect) -> [ByteSlice] {
    var generator = ConversationGenerator(
      seed: 60,
      without: [
        .frequencyPenalty, .presencePenalty, .seed, .choices, .logprobs, .format, .messageName, .toolSignature,
      ], signatures: .claude)
    return (0..<50).map { _ in
      var conversation = generator.conversation()
      conversation.model = "claude-sonnet-4-5"
      var losses = Losses()
      return dialect.spoke!.body(of: conversation, losses: &losses)
    }
  }

  private static let anthropicBody = #"""
    {"model":"c","max_tokens":9,"stream":false,"system":[{"type":"text","text":"s","cache_control":{"type":"ephemeral","ttl":"1h"}}],
    "messages":[{"role":"user","content":[{"type":"document","title":"t","citations":{"enabled":true},
    "source":{"type":"content","content":[{"type":"text","text":"x"}]}},{"type":"document","source":{"type":"file","file_id":"f"}},
    {"type":"search_result"}]},{"role":"assistant","content":[{"type":"text","text":"x","citations":[{"type":"char_location",
    "cited_text":"c","document_index":0}]},{"type":"redacted_thinking","data":"ZA=="},{"type":"tool_use","id":"a","name":"f",
    "input":{},"caller":{"type":"direct"}}]},{"role":"user","content":[{"type":"tool_result","tool_use_id":"a","is_error":true,
    "content":[{"type":"image","source":{"type":"base64","media_type":"image/png","data":"aGk="}}]}]}],
    "thinking":{"type":"enabled","budget_tokens":1024,"display":"omitted"},"metadata":{"user_id":"u"},"top_k":5,
    "output_config":{"effort":"low","format":{"type":"json_schema","schema":{"type":"object"}}},"service_tier":"auto",
    "tool_choice":{"type":"tool","name":"f","disable_parallel_tool_use":true},"cache_control":{"type":"ephemeral"},
    "tools":[{"name":"f","input_schema":{"type":"object"},"strict":true},{"type":"bash_20250124","name":"bash"}]}
    """#

  private static let bedrockBody = #"""
    {"system":[{"text":"s"},{"cachePoint":{"type":"default","ttl":"1h"}}],"messages":[{"role":"user","content":[
    {"document":{"name":"d","format":"pdf","source":{"bytes":"aGk="},"citations":{"enabled":true}}},
    {"document":{"name":"d","source":{"content":[{"text":"x"}]}}},{"audio":{"format":"wav","source":{"bytes":"aGk="}}},
    {"image":{"format":"png","source":{"s3Location":{"uri":"s3://a"}}}}]},{"role":"assistant","content":[
    {"reasoningContent":{"redactedContent":"ZA=="}},{"citationsContent":{"content":[{"text":"x"}],"citations":[{"title":"t",
    "location":{"web":{"url":"u"}}}]}},{"toolUse":{"toolUseId":"a","name":"f","input":{}}}]},{"role":"user","content":[
    {"toolResult":{"toolUseId":"a","status":"error","content":[{"json":{"n":1}},{"image":{"format":"png","source":{"bytes":"aGk="}}}]}}]}],
    "inferenceConfig":{"maxTokens":9,"temperature":0.5,"topP":1,"stopSequences":["x"]},"requestMetadata":{"user":"u","a":"b"},
    "toolConfig":{"tools":[{"toolSpec":{"name":"f","inputSchema":{"json":{"type":"object"}},"strict":true}},{"cachePoint":{}}],
    "toolChoice":{"tool":{"name":"f"}}},"additionalModelRequestFields":{"top_k":3,"thinking":{"type":"enabled","budget_tokens":1024}},
    "outputConfig":{"effort":"low","textFormat":{"type":"json_schema","structure":{"jsonSchema":{"schema":"{}","name":"n"}}}},
    "serviceTier":{"type":"flex"},"performanceConfig":{"latency":"standard"},"promptVariables":{},
    "additionalModelResponseFieldPaths":[]}
    """#
}
