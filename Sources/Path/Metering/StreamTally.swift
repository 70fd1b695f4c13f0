// Stage 8 of 8: takes replies as they flow, gives what they cost.
//
// StreamTally: what a stream has cost so far, known or guessed, so that every ending can be booked.

import Exchange

/// Told of every piece of content and every report of usage. A report replaces the one before it: providers that repeat
/// usage in every chunk count the whole, not the difference.
public struct StreamTally: Sendable {
  private var reported: Usage?
  private var contentEvents: Int64 = 0
  private var contentBytes: Int64 = 0

  public init() {}

  /// An event carried `bytes` bytes of content (text, arguments of tools).
  public mutating func contentArrived(bytes: Int) {
    contentEvents += 1
    contentBytes += Int64(bytes)
  }

  /// The provider reported usage. A report never takes back what an earlier one said of a class it leaves out.
  public mutating func usageReported(_ usage: Usage) {
    reported = reported?.updated(by: usage) ?? usage
  }

  /// Whether the provider has said what it bills.
  public var isReported: Bool { reported?.output != nil || reported?.reportedTotal != nil }

  /// No more than the output there has been so far: what was reported, else a token for eight bytes, which no text is
  /// likely to need fewer of.
  public var outputAtLeast: TokenCount { max(reported?.output ?? .zero, TokenCount(contentBytes / 8)) }

  /// What would be booked for the output there has been so far.
  public var outputSeen: TokenCount { max(reported?.output ?? .zero, contentSeen) }

  private var contentSeen: TokenCount { TokenCount(max(contentEvents, (contentBytes + 3) / 4)) }

  /// What to book when the stream has ended however it did. `input` is what the request was estimated at. Output that
  /// nobody reported is counted as one token an event or one for four bytes, whichever is more.
  public func usage(estimatedInput input: TokenCount, isComplete: Bool) -> Usage {
    if let reported, isReported, isComplete { return reported }
    let seen = contentSeen
    var usage = reported ?? Usage()
    // Providers that report zero until the end were cut before they said what the input cost.
    if (usage.input ?? .zero) == .zero { usage.input = input }
    // A stream that went on after its last report cost at least what was seen.
    usage.output = max(usage.output ?? .zero, seen)
    usage.reportedTotal = nil
    usage.basis = .estimated
    return usage
  }
}
