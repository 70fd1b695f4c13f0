// MetricsText: the Prometheus text format 0.0.4, line by line.

import Bytes

/// Builds a page of metrics: `# HELP`, `# TYPE`, then samples with escaped label values.
public struct MetricsText: ~Copyable {
  public enum Kind: String, Sendable {
    case counter
    case gauge
    case histogram
  }

  public private(set) var page = ByteBuffer(minimumCapacity: 8 * 1024)

  public init() {}

  public mutating func family(_ name: StaticString, _ kind: Kind, _ help: StaticString) {
    page.append("# HELP ")
    page.append(name)
    page.append(" ")
    page.append(help)
    page.append("\n# TYPE ")
    page.append(name)
    page.append(" ")
    page.append(kind.rawValue)
    page.append("\n")
  }

  public mutating func gauge(_ name: StaticString, _ help: StaticString, _ value: Int) {
    family(name, .gauge, help)
    sample(name, [], value)
  }

  public mutating func sample(
    _ name: StaticString, suffix: StaticString = "", _ labels: [(String, String)], _ value: Int
  ) {
    start(name, suffix, labels)
    page.append(decimal: value)
    page.append("\n")
  }

  /// Cumulative buckets, sum and count, as Prometheus wants a histogram.
  mutating func histogram(_ name: StaticString, _ labels: [(String, String)], _ histogram: Histogram) {
    var running = 0
    for bucket in 0..<14 {
      running += histogram.counts[bucket]
      sample(name, suffix: "_bucket", labels + [("le", Self.seconds(Histogram.bounds[bucket]))], running)
    }
    running += histogram.counts[14]
    sample(name, suffix: "_bucket", labels + [("le", "+Inf")], running)
    start(name, "_sum", labels)
    page.append(Self.seconds(histogram.sumMicroseconds))
    page.append("\n")
    sample(name, suffix: "_count", labels, running)
  }

  private mutating func start(_ name: StaticString, _ suffix: StaticString, _ labels: [(String, String)]) {
    page.append(name)
    page.append(suffix)
    if !labels.isEmpty {
      var separator: StaticString = "{"
      for (label, value) in labels {
        page.append(separator)
        page.append(label)
        page.append("=\"")
        for byte in value.utf8 {
          switch byte {
          case UInt8(ascii: "\\"): page.append("\\\\")
          case UInt8(ascii: "\""): page.append("\\\"")
          case UInt8(ascii: "\n"): page.append("\\n")
          default: page.append(byte: byte)
          }
        }
        page.append("\"")
        separator = ","
      }
      page.append("}")
    }
    page.append(" ")
  }

  /// Microseconds as decimal seconds, exactly.
  private static func seconds(_ microseconds: Int64) -> String {
    let fraction = String(1_000_000 + microseconds % 1_000_000).dropFirst()
    return "\(microseconds / 1_000_000).\(fraction)"
  }
}
