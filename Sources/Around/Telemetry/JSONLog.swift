// JSONLog: swift-log's lines as JSON objects on standard error, one write each.

import Bytes
import Glibc
import Logging

/// One line per event: `{"time":"2026-01-02T03:04:05.678Z","level":"info","message":"ready","listen":"127.0.0.1:4000"}`.
/// Metadata values are written as strings. Nothing here can know what is secret: callers log names, counts and codes,
/// never keys or bodies.
public struct JSONLog: LogHandler {
  public var logLevel: Logger.Level
  public var metadata: Logger.Metadata = [:]

  public init(level: Logger.Level) { logLevel = level }

  public subscript(metadataKey key: String) -> Logger.Metadata.Value? {
    get { metadata[key] }
    set { metadata[key] = newValue }
  }

  public func log(event: LogEvent) {
    var line = ByteBuffer(minimumCapacity: 256)
    line.append("{\"time\":\"")
    line.append(Self.timestamp())
    line.append("\",\"level\":\"")
    line.append(event.level.rawValue)
    line.append("\",\"message\":")
    Self.append(event.message.description, to: &line)
    for (key, value) in metadata.merging(event.metadata ?? [:], uniquingKeysWith: { $1 }).sorted(by: { $0.key < $1.key }
    ) {
      line.append(",")
      Self.append(key, to: &line)
      line.append(":")
      Self.append(value.description, to: &line)
    }
    line.append("}\n")
    let all = line.take()
    // SAFETY: the slice lives across the call. A full or closed standard error loses lines, not calls.
    unsafe _ = write(2, all.unsafeBytes.baseAddress!, all.count)
  }

  private static func append(_ text: String, to line: inout ByteBuffer) {
    line.append("\"")
    for byte in text.utf8 {
      switch byte {
      case UInt8(ascii: "\""): line.append("\\\"")
      case UInt8(ascii: "\\"): line.append("\\\\")
      case UInt8(ascii: "\n"): line.append("\\n")
      case 0..<0x20:
        line.append(byte < 16 ? "\\u000" : "\\u00")
        line.append(hexadecimal: Int(byte))
      default: line.append(byte: byte)
      }
    }
    line.append("\"")
  }

  /// UTC with milliseconds (RFC 3339).
  private static func timestamp() -> String {
    var now = timespec()
    unsafe clock_gettime(CLOCK_REALTIME, &now)
    var parts = unsafe tm()
    unsafe gmtime_r(&now.tv_sec, &parts)
    func two(_ number: Int32) -> String { number < 10 ? "0\(number)" : "\(number)" }
    let milliseconds = now.tv_nsec / 1_000_000
    let fraction = String(repeating: "0", count: milliseconds < 10 ? 2 : milliseconds < 100 ? 1 : 0) + "\(milliseconds)"
    let date = unsafe "\(parts.tm_year + 1900)-\(two(parts.tm_mon + 1))-\(two(parts.tm_mday))"
    return unsafe "\(date)T\(two(parts.tm_hour)):\(two(parts.tm_min)):\(two(parts.tm_sec)).\(fraction)Z"
  }
}
