import Exchange
import Foundation
import Prices
import Testing

/// Compares the built-in tables with the price map that litellm publishes (MIT) in its wheel. Off unless asked for:
///
///     pip download --no-deps litellm && unzip litellm-*.whl 'litellm/model_prices*'
///     AIGW_PRICE_MAP=$PWD/litellm/model_prices_and_context_window_backup.json swift test --filter PriceMapTests
///
/// Prints every chat and embedding model that is still served and costs something else here or has no price here.
@Suite struct PriceMapTests {
  private static let path = ProcessInfo.processInfo.environment["AIGW_PRICE_MAP"]

  /// Their providers' names, what they put before a model's name, and ours.
  private static let providers: [(theirs: [String], prefix: String, ours: String)] = [
    (["openai"], "", "openai"), (["anthropic"], "", "anthropic"), (["gemini"], "gemini/", "gemini"),
    (["mistral"], "mistral/", "mistral"), (["cohere", "cohere_chat"], "cohere/", "cohere"), (["groq"], "groq/", "groq"),
    (["deepseek"], "deepseek/", "deepseek"), (["together_ai"], "together_ai/", "together"),
    (["bedrock", "bedrock_converse"], "", "bedrock"), (["azure"], "azure/", "azure"),
  ]

  private static let fields: KeyValuePairs<String, TokenClass> = [
    "input_cost_per_token": .input, "cache_read_input_token_cost": .cachedInput,
    "cache_creation_input_token_cost": .cacheWrite, "cache_creation_input_token_cost_above_1hr": .longCacheWrite,
    "cache_creation_input_token_cost_above_12hr": .longCacheWrite, "input_cost_per_audio_token": .audioInput,
    "output_cost_per_token": .output, "output_cost_per_audio_token": .audioOutput,
  ]

  /// Where the map is wrong: a price a thousand times its sisters', and a price for reading a cache under the name of
  /// writing it.
  private static let mistaken = ["embed-multilingual-light-v3.0", "ft:gpt-4o-2024-11-20"]

  @Test(.enabled(if: path != nil, "AIGW_PRICE_MAP names no file"))
  func everyPriceIsThatOfThePublicMap() throws {
    let data = try Data(contentsOf: URL(filePath: #require(Self.path)))
    let map = try #require(JSONSerialization.jsonObject(with: data) as? [String: [String: Any]])
    let today = Date().ISO8601Format().prefix(10)
    var differences: [String] = []
    var missing: [String] = []
    var compared = 0
    for (key, entry) in map.sorted(by: { $0.key < $1.key }) {
      guard let theirs = entry["litellm_provider"] as? String,
        let provider = Self.providers.first(where: { $0.theirs.contains(theirs) }),
        ["chat", "responses", "embedding", "completion"].contains(entry["mode"] as? String),
        (entry["deprecation_date"] as? String ?? "9") >= today, let input = entry["input_cost_per_token"] as? Double,
        input > 0, !Self.mistaken.contains(key)
      else { continue }
      let model = key.hasPrefix(provider.prefix) ? String(key.dropFirst(provider.prefix.count)) : key
      let found = PriceTable().price(of: ModelName(model), at: BackendName("any"), provider: provider.ours)
      // Regions of Azure and Bedrock are theirs to spell: azure/eu/MODEL, bedrock/us-west-2/MODEL.
      if ["azure", "bedrock"].contains(provider.ours), model.contains("/") { continue }
      guard case .priced(let row) = found else {
        missing.append("\(provider.ours) \(model)")
        continue
      }
      compared += 1
      let tiers =
        [(suffix: "", rates: row.tariff.rates)]
        + row.tariff.tiers.map { (suffix: "_above_\($0.above.value / 1000)k_tokens", rates: $0.rates) }
      for tier in tiers {
        for (field, kind) in Self.fields {
          guard let price = entry[field + tier.suffix] as? Double, price > 0 else { continue }
          let ours = tier.rates[kind].perMillion.value
          // Their numbers are floating point; ours are whole.
          if ours != Int64((price * 1e15).rounded()) {
            differences.append(
              "\(provider.ours) \(model) \(kind)\(tier.suffix): \(tier.rates[kind]) here, \(price * 1e6) there")
          }
        }
      }
    }
    print("\(compared) prices compared, \(differences.count) differ, \(missing.count) are not here")
    print((missing.map { "not here: \($0)" } + differences).joined(separator: "\n"))
    #expect(compared > 200)
    #expect(differences == [])
  }
}
