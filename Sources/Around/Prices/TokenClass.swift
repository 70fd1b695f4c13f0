// TokenClass: the kinds of tokens that providers charge apart.

import Exchange

/// Every token of a call is of exactly one class.
public enum TokenClass: String, CaseIterable, Hashable, Sendable {
  /// Read for the first time, or by a provider that keeps no cache.
  case input
  /// Read from the provider's cache.
  case cachedInput
  /// Read for the first time and kept in the provider's cache for the usual while.
  case cacheWrite
  /// Kept longer, where that costs more: an hour at Anthropic, twelve at OpenAI.
  case longCacheWrite
  case audioInput
  /// Text, and the reasoning behind it: no provider here charges that apart.
  case output
  case audioOutput

  /// The class whose price counts where a provider states none for this one; declared before it.
  var fallback: TokenClass? {
    switch self {
    case .input, .output: nil
    case .cachedInput, .cacheWrite, .audioInput: .input
    case .longCacheWrite: .cacheWrite
    case .audioOutput: .output
    }
  }
}

/// One value for each class of tokens.
public struct ByClass<Value> {
  private var input, cachedInput, cacheWrite, longCacheWrite, audioInput, output, audioOutput: Value

  public init(repeating value: Value) {
    input = value
    cachedInput = value
    cacheWrite = value
    longCacheWrite = value
    audioInput = value
    output = value
    audioOutput = value
  }

  public subscript(of: TokenClass) -> Value {
    get {
      switch of {
      case .input: input
      case .cachedInput: cachedInput
      case .cacheWrite: cacheWrite
      case .longCacheWrite: longCacheWrite
      case .audioInput: audioInput
      case .output: output
      case .audioOutput: audioOutput
      }
    }
    set {
      switch of {
      case .input: input = newValue
      case .cachedInput: cachedInput = newValue
      case .cacheWrite: cacheWrite = newValue
      case .longCacheWrite: longCacheWrite = newValue
      case .audioInput: audioInput = newValue
      case .output: output = newValue
      case .audioOutput: audioOutput = newValue
      }
    }
  }
}

extension ByClass: Equatable where Value: Equatable {}
extension ByClass: Hashable where Value: Hashable {}
extension ByClass: Sendable where Value: Sendable {}

extension ByClass<TokenCount> {
  /// What a provider reported, each token counted once. Where a report contradicts itself the dearer reading counts, so
  /// that a price is never too low.
  public init(_ usage: Usage) {
    self.init(repeating: .zero)
    func count(_ reported: TokenCount?) -> TokenCount { max(reported ?? .zero, .zero) }
    let total = count(usage.reportedTotal)
    let cached = count(usage.cachedInput)
    let long = count(usage.longCacheCreationInput)
    let written = max(count(usage.cacheCreationInput), long)

    var input = max(usage.input ?? (total - count(usage.output)), cached + written)
    // Gemini's thoughts are in its total and in nothing else: what no other count explains is output.
    var output = max(count(usage.output), total - input)
    func take(_ wanted: TokenCount, from rest: inout TokenCount) -> TokenCount {
      let taken = min(wanted, rest)
      rest = rest - taken
      return taken
    }
    if usage.input == nil, usage.output == nil {
      // A total alone may be all output, which is the dearest it can be.
      output = max(output, total)
      input = cached + written
    }
    // Sound that was read from the cache is in both counts.
    self[.audioInput] = take(count(usage.audioInput), from: &input)
    self[.longCacheWrite] = take(long, from: &input)
    self[.cacheWrite] = take(written - long, from: &input)
    self[.cachedInput] = take(cached, from: &input)
    self[.input] = input
    self[.audioOutput] = take(count(usage.audioOutput), from: &output)
    self[.output] = output
  }

  /// Tokens read, of whatever class: what decides the tier.
  public var allInput: TokenCount {
    self[.input] + self[.cachedInput] + self[.cacheWrite] + self[.longCacheWrite] + self[.audioInput]
  }
}
