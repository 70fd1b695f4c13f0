// Time: two clocks that must not be mixed. Waits are measured on one, windows and receipts on the other.

/// Nanoseconds since the machine started; never goes back. For timeouts, latencies and cooldowns.
public struct MonotonicTime: Hashable, Comparable, Sendable {
  public var nanoseconds: UInt64
  @inlinable public init(nanoseconds: UInt64) { self.nanoseconds = nanoseconds }
  @inlinable public static func < (left: Self, right: Self) -> Bool { left.nanoseconds < right.nanoseconds }

  @inlinable public func advanced(byMs milliseconds: Int64) -> Self {
    Self(nanoseconds: nanoseconds &+ UInt64(max(0, milliseconds)) &* 1_000_000)
  }

  /// Microseconds from `earlier` to here; 0 if `earlier` is later.
  @inlinable public func microseconds(since earlier: Self) -> Int64 {
    nanoseconds > earlier.nanoseconds ? Int64((nanoseconds - earlier.nanoseconds) / 1000) : 0
  }
}

/// Milliseconds since 1970-01-01T00:00:00Z; may jump when the machine's clock is set. For calendar windows and records.
public struct WallTime: Hashable, Comparable, Sendable {
  public var milliseconds: Int64
  @inlinable public init(milliseconds: Int64) { self.milliseconds = milliseconds }
  @inlinable public static func < (left: Self, right: Self) -> Bool { left.milliseconds < right.milliseconds }
}
