// RunningTime: how long a process has been awake, told by a clock that may be set.

import Exchange

/// Milliseconds of a process's life, for waits that must not end early or late because somebody set the clock. Each
/// step counts as the clock says, but none below 0 and none above `stepMaxMs`: a longer one means that the clock was
/// set, or that the process did not run.
public struct RunningTime: Hashable, Sendable {
  public private(set) var milliseconds: Int64 = 0
  private var last: WallTime?
  private let stepMaxMs: Int64

  public init(stepMaxMs: Int64) {
    precondition(stepMaxMs > 0, "steps of at most \(stepMaxMs) ms: time would stand still")
    self.stepMaxMs = stepMaxMs
  }

  /// Takes the clock's word for it; true when the step was longer than any a running process takes.
  @discardableResult
  public mutating func advance(to now: WallTime) -> Bool {
    guard let last else {
      self.last = now
      return false
    }
    let (difference, overflow) = now.milliseconds.subtractingReportingOverflow(last.milliseconds)
    self.last = now
    let step = overflow ? (now > last ? .max : 0) : max(0, difference)
    milliseconds += min(step, stepMaxMs)
    return step > stepMaxMs
  }
}
