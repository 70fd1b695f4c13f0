// Hints: fields of agents that never change what an answer means, and values that say what is so anyway.

import Conversation
import JSON

/// One dialect's table of fields that may be let go towards whoever has no word for them; the reply names them.
public struct Hints: Sendable {
  private let names: Set<String>

  /// - Parameter names: a name alone is the field wherever it stands, one with a dot is a whole path without places. Dates
  ///   at the end of a field's name do not count.
  public init(_ names: String) { self.names = Set(names.split(separator: " ").map(String.init)) }

  public func contains(_ field: String) -> Bool {
    if names.contains(field) { return true }
    let name = field.split(separator: ".").last ?? ""
    if names.contains(String(name)) { return true }
    guard let date = name.split(separator: "_").last, date.utf8.count == 8, Int(date) != nil else { return false }
    return names.contains(String(name.dropLast(9)))
  }
}

extension Conversation {
  /// Puts what its dialect's table lets go apart from what is refused.
  package mutating func letGo(by table: Hints) {
    for field in untranslatable where table.contains(field) && !hints.contains(field) { hints.append(field) }
    untranslatable.removeAll(where: table.contains)
  }
}

/// Values that ask for nothing: they are neither refused nor spoken of.
enum UsualValue {
  /// By the letters of a member's name (`Leeway.key`).
  private static let table: [String: String] = {
    var table: [String: String] = [:]
    for row in rows.split(separator: " ") {
      let sides = row.split(separator: "=")
      table[Leeway.key(of: String(sides[0]))] = String(sides[1])
    }
    return table
  }()

  private static let rows = """
    additionalModelRequestFields={} audioTimestamp=false background=false behavior=BLOCKING|UNSPECIFIED best_of=1 \
    candidateCount=1 continue_final_message=false container={} echo=false enableEnhancedCivicAnswers=false \
    frequency_penalty=0 function_call=none|auto generationConfig={} guardrailConfig={} ignore_eos=false \
    include_obfuscation=false includeServerSideToolInvocations=false inference_geo=global|default|not_available \
    latency=standard length_penalty=1 logit_bias={} logprobs=false|0 min_p=0 min_tokens=0 mode=standard n=1 \
    normalize=true output_config={} prefix=false presence_penalty=0 promptVariables={} raw_prompting=false \
    reasoning_split=false repetition_penalty=1 return_full_text=false safe_prompt=false skip_special_tokens=true \
    spaces_between_special_tokens=true speed=standard store=false stream=false streamFunctionCallArguments=false \
    strict=false strict_tools=false tool_choice={} toolConfig={} top_a=0 top_logprobs=0 truncation=disabled \
    use_beam_search=false
    """

  /// Whether `value` of the member `name` says what is so without it. An empty list or text always does.
  static func holds(_ name: String, _ value: JSONValue) -> Bool {
    switch value.kind {
    case .null: return true
    case .array where value.count == 0: return true
    case .string where value.string == "": return true
    case .array: return false
    case .object: return value.count == 0 && table[Leeway.key(of: name)] == "{}"
    case .string, .integer, .real, .boolean: break
    }
    guard let usual = table[Leeway.key(of: name)] else { return false }
    return usual.split(separator: "|").contains { word in
      switch value.kind {
      case .string: value.string == String(word)
      case .boolean: value.bool.map { $0 ? "true" : "false" } == String(word)
      default: value.double == Double(word)
      }
    }
  }
}
