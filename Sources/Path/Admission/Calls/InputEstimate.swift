// InputEstimate: how many tokens a request of so many bytes may be counted as, learned from what providers report.
import Exchange

/// Tokens per byte, by model and by size of the body: short bodies carry relatively more of what a provider adds
/// itself (roles, tools), and must not make long ones look dear.
///
/// A class of sizes starts at one token per two bytes. After `trustedAfter` reports it is an eighth above the highest
/// ratio ever reported, so a bound is never below what was seen.
public final class InputEstimate {
  private static let startPerKiB: Int64 = 512
  private static let trustedAfter: UInt32 = 16
  /// More tokens than this per byte are not learned from: one absurd report must not price a model out for good.
  private static let tokensPerByteMax: Int64 = 64

  /// What has been reported for one model, by size: class 0 is below 256 bytes, each further one four times as wide.
  private final class Ratios {
    struct Class: Sendable {
      /// The highest ratio reported, in tokens per 1,024 bytes, rounded up.
      var highestPerKiB: Int64 = 0
      var reports: UInt32 = 0
    }
    var classes = InlineArray<12, Class>(repeating: Class())

    func take(_ perKiB: Int64, at index: Int) {
      classes[index].highestPerKiB = max(classes[index].highestPerKiB, perKiB)
      classes[index].reports &+= classes[index].reports == .max ? 0 : 1
    }

    static func index(of bytes: Int64) -> Int {
      min(11, max(0, (Int64.bitWidth - bytes.leadingZeroBitCount - 7) / 2))
    }
  }

  private var models: [ModelName: Ratios] = [:]
  private let others = Ratios()

  public init() {}

  /// The tokens a body of `bytes` bytes will be counted as, at most.
  public func bound(_ model: ModelName, bytes: Int) -> TokenCount {
    let bytes = Int64(max(0, bytes))
    let known = models[model] ?? others
    let ratio = known.classes[Ratios.index(of: bytes)]
    let learned = saturatingSum(ratio.highestPerKiB, ratio.highestPerKiB / 8)
    let perKiB = ratio.reports < Self.trustedAfter ? max(learned, Self.startPerKiB) : learned
    return TokenCount(saturatingSum(saturatingProduct(bytes, perKiB), 1023) / 1024)
  }

  /// The tokens a body of `bytes` bytes has, most likely: as many for each byte as providers have reported, at the most,
  /// or one for four bytes.
  public func likely(_ model: ModelName, bytes: Int) -> TokenCount {
    let bytes = Int64(max(0, bytes))
    let ratio = (models[model] ?? others).classes[Ratios.index(of: bytes)]
    let perKiB = ratio.reports == 0 ? 256 : ratio.highestPerKiB
    return TokenCount(max(1, saturatingSum(saturatingProduct(bytes, perKiB), 1023) / 1024))
  }

  /// A provider counted a body of `bytes` bytes as `tokens`.
  public func learned(_ model: ModelName, bytes: Int, tokens: TokenCount) {
    let bytes = Int64(bytes)
    guard bytes > 0, tokens.value > 0, tokens.value / bytes < Self.tokensPerByteMax else { return }
    // An exact quotient of tokens * 1024 / bytes, rounded up; 64 * bytes * 1024 stays far below Int64's limit.
    let perKiB = saturatingSum(saturatingProduct(tokens.value, 1024), bytes - 1) / bytes
    assert((1...Self.tokensPerByteMax * 1024).contains(perKiB), "\(perKiB) tokens per KiB learned")
    let index = Ratios.index(of: bytes)
    if let known = models[model] { return known.take(perKiB, at: index) }
    if models.count >= Limits.modelsMax { return others.take(perKiB, at: index) }
    let fresh = Ratios()
    fresh.take(perKiB, at: index)
    models[model] = fresh
  }
}
