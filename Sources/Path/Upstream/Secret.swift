// Secret: a backend's credential as the header line that carries it, and nothing else anybody could print.

import Bytes
import Reactor

/// A key from the environment or a file. A file is watched: a rotated key is used from the next request on, and a file
/// that vanishes or empties leaves the last good key in use.
@EventLoop
public final class Secret: CustomStringConvertible {
  public enum Source: Hashable, Sendable {
    case environment(String)
    case file(String)
  }

  enum Limits {
    /// Keys are short; a larger file is a mistake.
    static let bytesMax = 64 * 1024
  }

  /// `Authorization: Bearer KEY` and its line break.
  public private(set) var headerLine: ByteSlice
  private let headerName: String
  private let headerPrefix: String
  private var watcher: FileWatcher?

  /// Reads the key now. Throws a sentence naming the variable or file when there is none.
  public init(
    _ source: Source, headerName: String, headerPrefix: String, environment: [String: String],
    onChange: @escaping @EventLoop (String?) -> Void
  ) throws(SecretError) {
    self.headerName = headerName
    self.headerPrefix = headerPrefix
    switch source {
    case .environment(let name):
      let value = environment[name] ?? ""
      let key = value.utf8.span.trimmedOfLineBreaks
      if key.isEmpty { throw SecretError("environment variable \(name) is not set: it should hold the key") }
      headerLine = try Self.line(headerName, headerPrefix, key, from: "environment variable \(name)")
    case .file(let path):
      let stamp = FileStamp(of: path)
      headerLine = try Self.line(headerName, headerPrefix, reading: path)
      watcher = FileWatcher(path: path, since: stamp) { [unowned self] in reload(path, onChange) }
    }
  }

  public nonisolated var description: String { "a secret" }

  public func close() {
    watcher?.close()
    watcher = nil
  }

  private func reload(_ path: String, _ onChange: @escaping @EventLoop (String?) -> Void) {
    let (name, prefix) = (headerName, headerPrefix)
    EventLoop.spawn { [weak self] in
      let read = await Workers.run { () -> Result<ByteSlice, SecretError> in
        do throws(SecretError) { return .success(try Self.line(name, prefix, reading: path)) } catch {
          return .failure(error)
        }
      }
      switch read {
      case .success(let line):
        self?.headerLine = line
        onChange(nil)
      case .failure(let error): onChange(error.message)
      }
    }
  }

  private nonisolated static func line(
    _ name: String, _ prefix: String, reading path: String
  ) throws(SecretError) -> ByteSlice {
    let bytes: [UInt8]
    do throws(ReactorError) {
      bytes = try Files.read(path, bytesMax: Limits.bytesMax)
    } catch { throw SecretError(error.description) }
    let key = bytes.span.trimmedOfLineBreaks
    if key.isEmpty { throw SecretError("\(path) is empty: it should hold the key") }
    return try line(name, prefix, key, from: path)
  }

  private nonisolated static func line(
    _ name: String, _ prefix: String, _ key: Span<UInt8>, from origin: String
  ) throws(SecretError) -> ByteSlice {
    // Printable ASCII only: anything else would end the header line or be refused by the provider.
    for index in 0..<key.count where key[index] < 0x20 || key[index] > 0x7e {
      throw SecretError("\(origin) holds a character that cannot be part of a key, at position \(index)")
    }
    var line = ByteBuffer(minimumCapacity: name.utf8.count + prefix.utf8.count + key.count + 4)
    line.append(name)
    line.append(": ")
    line.append(prefix)
    line.append(key)
    line.append("\r\n")
    return line.take()
  }
}

/// Why a secret cannot be used; never the secret.
public struct SecretError: Error, Hashable, Sendable {
  public let message: String
  init(_ message: String) { self.message = message }
}

extension Span where Element == UInt8 {
  /// Without white space and line breaks at both ends, as editors and `echo` leave them.
  var trimmedOfLineBreaks: Span<UInt8> {
    @_lifetime(copy self) get {
      var first = 0
      var last = count
      while first < last, self[first] <= 0x20 { first += 1 }
      while last > first, self[last - 1] <= 0x20 { last -= 1 }
      return extracting(first..<last)
    }
  }
}
