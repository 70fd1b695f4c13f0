import Bytes
import Exchange
import Testing

@testable import Anthropic
@testable import Bedrock
@testable import Gemini
@testable import Hub
@testable import OpenAI
@testable import Responses

/// What a request may cost beyond the list price is told by its own fields and by the entries of its `tools`.
@Suite struct DearerOptionsTests {
  private let model = ModelName("m")

  @Test(
    arguments: [
      ("{\"service_tier\":\"priority\"}", "service_tier: priority"),
      ("{\"service_tier\":\"fast\"}", "service_tier: fast"),
      ("{\"service_tier\":\"flex\"}", nil), ("{\"web_search_options\":{}}", nil),
    ] as [(String, String?)])
  func ofAChat(_ body: String, _ option: String?) throws {
    #expect(try OpenAIRequest(ByteSlice(body)).facts.dearerOption == option)
  }

  @Test(
    arguments: [
      ("{\"tools\":[{\"type\":\"function\"},{\"type\":\"file_search\"}]}", "The tool file_search"),
      ("{\"tools\":[{\"type\":\"image_gener\\u0061tion\"}]}", "The tool image_generation"),
      ("{\"tools\":[{\"type\":\"computer_use_preview\"}]}", "The tool computer_use_preview"),
      ("{\"tools\":[{\"type\":\"code_interpreter\"}]}", "The tool code_interpreter"),
      ("{\"tools\":[{\"type\":\"web_search\"},{\"type\":\"custom\"}]}", nil),
      ("{\"tools\":[{\"type\":\"function\",\"name\":\"file_search\",\"parameters\":{\"type\":\"computer\"}}]}", nil),
      ("{\"input\":[{\"type\":\"file_search\"}],\"tools\":[]}", nil), ("{\"tools\":null}", nil),
    ] as [(String, String?)])
  func ofAResponse(_ body: String, _ option: String?) throws {
    #expect(try ResponsesRequest(ByteSlice(body)).facts.dearerOption == option)
  }

  @Test(
    arguments: [
      ("{\"speed\":\"fast\"}", "speed: fast"), ("{\"inference_geo\":\"us\"}", "inference_geo"),
      ("{\"inference_geo\":\"global\"}", nil), ("{\"inference_geo\":null}", nil), ("{\"mcp_servers\":[]}", nil),
      ("{\"mcp_servers\":[{\"type\":\"url\"}]}", "mcp_servers"),
      ("{\"tools\":[{\"type\":\"code_execution_20250825\"}]}", "The tool code_execution_20250825"),
      ("{\"tools\":[{\"type\":\"web_search_20250305\"},{\"name\":\"code_execution\"}]}", nil),
    ] as [(String, String?)])
  func ofAMessage(_ body: String, _ option: String?) throws {
    #expect(try AnthropicRequest(ByteSlice(body)).facts.dearerOption == option)
  }

  @Test(
    arguments: [
      ("{\"service_tier\":\"PRIORITY\"}", "serviceTier: priority"),
      ("{\"tools\":[{\"google_search\":{}}]}", nil), ("{\"tools\":[{\"codeExecution\":{}}]}", "The tool codeExecution"),
      (
        "{\"tools\":[{\"functionDeclarations\":[{\"name\":\"codeExecution\"}]},{\"code_execution\":{}}]}",
        "The tool codeExecution"
      ),
      ("{\"tools\":[{\"functionDeclarations\":[{\"parameters\":{\"code_execution\":{}}}]}]}", nil),
      ("{\"generationConfig\":{\"responseModalities\":[\"TEXT\",\"Image\"]}}", "responseModalities: [IMAGE]"),
      ("{\"generationConfig\":{\"responseModalities\":[\"TEXT\"]},\"x\":\"IMAGE\"}", nil),
    ] as [(String, String?)])
  func ofGenerateContent(_ body: String, _ option: String?) throws {
    #expect(try GeminiRequest(ByteSlice(body), model: model, wantsStream: false).facts.dearerOption == option)
  }

  @Test(
    arguments: [
      ("{\"serviceTier\":{\"type\":\"priority\"}}", "serviceTier.type: priority"),
      ("{\"performanceConfig\":{\"latency\":\"optimized\"}}", "performanceConfig.latency: optimized"),
      ("{\"performanceConfig\":{\"latency\":\"standard\"},\"serviceTier\":{\"type\":\"flex\"}}", nil),
    ] as [(String, String?)])
  func ofConverse(_ body: String, _ option: String?) throws {
    let request = try BedrockRequest(ByteSlice(body), model: model, wantsStream: false, invokes: false)
    #expect(request.facts.dearerOption == option)
  }
}
