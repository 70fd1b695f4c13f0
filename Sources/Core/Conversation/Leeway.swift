// Leeway: what a policy lets a translation leave out, by names that hold in every dialect.

/// `mayDrop` and `translate` of a model. A field is known by the letters of its last name alone: `frequency_penalty` is
/// `generationConfig.frequencyPenalty` too, and `tools[].web_search` any dated version of it.
public struct Leeway: Hashable, Sendable {
  private var keys: Set<String> = []
  private var coversAll = false
  /// What merely steers how an answer is made is refused as well where the provider has no word for it.
  public var isStrict: Bool

  /// - Parameter names: `*` is every field.
  public init(_ names: some Sequence<String> = [], isStrict: Bool = false) {
    self.isStrict = isStrict
    for name in names {
      if name == "*" { coversAll = true } else { keys.insert(Self.key(of: name)) }
    }
  }

  /// Whether a field may be left out.
  public func covers(_ field: String) -> Bool { coversAll || keys.contains(Self.key(of: field)) }

  /// Whether there is a field of this name in any dialect.
  public static func knows(_ name: String) -> Bool { name == "*" || known.contains(key(of: name)) }

  /// The letters of the last name of a path.
  public static func key(of name: String) -> String {
    let last = name.utf8.lastIndex(of: UInt8(ascii: ".")).map { name.utf8.index(after: $0) } ?? name.startIndex
    return String(
      decoding: name.utf8[last...].compactMap { byte in
        switch byte {
        case 65...90: byte | 0x20
        case 97...122: byte
        default: nil
        }
      }, as: UTF8.self)
  }

  private static let known = Set(
    (fields.split(separator: " ").map(String.init) + Feature.allCases.map(\.rawValue)).map(key(of:)))

  /// Fields of the six dialects that some other has no word for, items and tools by their type.
  private static let fields = """
    additional_tools additionalModelRequestFields additionalModelResponseFieldPaths additionalProperties \
    allowed_callers allowed_tools allowedFunctionNames annotations anthropic_beta apply_patch apply_patch_call \
    apply_patch_call_output audio audioTimestamp background bash betas bias blocked_domains cache_control \
    cachedContent cachePoint caller candidateCount chat_template_kwargs citation_options citations citationsContent \
    clear_thinking client_metadata code_execution code_execution_tool_result code_interpreter code_interpreter_call \
    codeExecution codeExecutionResult compaction compaction_trigger computer computer_call computer_call_output \
    computer_use_preview computerUse connectors container container_upload content contents context \
    context_compaction context_management conversation custom custom_tool_call custom_tool_call_output defer_loading \
    detail diagnostics dimensions disable_parallel_tool_use display document documents dry_multiplier \
    eager_input_streaming echo effort embedding_types embeddingTypes enable_thinking encoding_format \
    encrypted_content enterpriseWebSearch executableCode extra_content fallbacks file file_citation file_data \
    file_id file_search file_search_call file_url fileData fileSearch format frequencyPenalty function function_call \
    functionCallingConfig functionResponse functions generated_image googleMaps googleSearch googleSearchRetrieval \
    guardContent guardrailConfig guided_choice guided_grammar guided_json guided_regex id image image_generation \
    image_generation_call image_url include include_obfuscation include_reasoning include_usage inference_geo \
    inferenceConfig inlineData input input_audio input_examples input_file input_type input_video inputText \
    instructions internal_chat_message_metadata_passthrough is_error item_reference json_object json_schema k labels \
    latency length_penalty local_shell local_shell_call local_shell_call_output logit_bias logprobs \
    max_completion_tokens max_output_tokens max_tokens max_tool_calls maxOutputTokens maxTokens mcp \
    mcp_approval_request mcp_approval_response mcp_call mcp_list_tools mcp_server_tool_use mcp_servers \
    mcp_tool_result mcp_toolset mediaResolution memory messages metadata min_p min_tokens mirostat modalities mode \
    models moderation multi_agent n name namespace none normalize num_ctx options output output_config \
    output_dimension output_format outputConfig outputDimensionality p parallel_tool_calls parameters \
    performanceConfig phase plugins prediction prefix presencePenalty previous_response_id priority prompt \
    prompt_cache_breakpoint prompt_cache_options promptVariables provider provider_options raw_prompting reasoning \
    reasoning_config reasoning_content reasoning_details reasoning_effort reasoning_format reasoningConfig \
    reasoningContent refusal repetition_penalty requestMetadata response_format response_modalities responseFormat \
    responseJsonSchema responseLogprobs responseMimeType responseModalities responseSchema retrievalConfig role \
    routingConfig s3Location safe_prompt safety_mode safetySettings schema search_parameters search_result \
    searchResult seed server_tool_use serviceTier shell shell_call shell_call_output signature source speechConfig \
    speed status stop stop_sequences stop_token_ids stopSequences store stream stream_options strict strict_tools \
    structured_outputs suffix summary system systemInstruction systemTool task_budget taskType temperature \
    text_editor textFormat texts thinking_blocks thinkingConfig thoughtSignature title tool_reference tool_result \
    tool_search tool_search_call tool_search_output tool_search_tool_bm tool_search_tool_regex \
    tool_search_tool_result toolConfig toolResult toolSpec toolUse top_a top_logprobs transforms truncate truncation \
    type uint url urlContext usage user_id user_location verbosity video video_url videoMetadata voice web_fetch \
    web_fetch_tool_result web_search_call web_search_options web_search_preview web_search_tool_result weight
    """
}
