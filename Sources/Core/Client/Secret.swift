// Secret: a key as the header lines that carry it, and nothing else anybody could print.

import Bytes
import Exchange
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

  private var headerLines: [ByteSlice]
  private let forms: [KeyForm]
  private var watcher: FileWatcher?

  /// Reads the key now. Throws a sentence naming the variable or file when there is none.
  public init(
    _ source: Source, forms: [KeyForm], environment: [String: String], onChange: @escaping @EventLoop (String?) -> Void
  ) throws(SecretError) {
    self.forms = forms
    switch source {
    case .environment(let name):
      let value = environment[name] ?? ""
      let key = value.utf8.span.trimmedOfLineBreaks
      if key.isEmpty { throw SecretError("environment variable \(name) is not set: it should hold the key") }
      headerLines = try Self.lines(forms, key, from: "environment variable \(name)")
    case .file(let path):
      let stamp = FileStamp(of: path)
      headerLines = try Self.lines(forms, reading: path)
      watcher = FileWatcher(path: path, since: stamp) { [unowned self] in reload(path, onChange) }
    }
  }

  /// `authorization: Bearer KEY` and its line break, in the form of that number.
  public func headerLine(in form: Int) -> ByteSlice { headerLines[form] }

  public nonisolated var description: String { "a secret" }

  public func close() {
    watcher?.close()
    watcher = nil
  }

  private func reload(_ path: String, _ onChange: @escaping @EventLoop (String?) -> Void) {
    let forms = forms
    EventLoop.spawn { [weak self] in
      let read = await Workers.run { () -> Result<[ByteSlice], SecretError> in
        do throws(SecretError) { return .success(try Self.lines(forms, reading: path)) } catch {
          return .failure(error)
        }
      }
      switch read {
      case .success(let lines):
        self?.headerLines = lines
        onChange(nil)
      case .failure(let error): onChange(error.message)
      }
    }
  }

  private nonisolated static func lines(_ forms: [KeyForm], reading path: String) throws(SecretError) -> [ByteSlice] {
    let bytes: [UInt8]
    do throws(ReactorError) {
      bytes = try Files.read(path, bytesMax: Limits.bytesMax)
    } catch { throw SecretError(error.description) }
    let key = bytes.span.trimmedOfLineBreaks
    if key.isEmpty { throw SecretError("\(path) is empty: it should hold the key") }
    return try lines(forms, key, from: path)
  }

  private nonisolated static func lines(
    _ forms: [KeyForm], _ key: Span<UInt8>, from origin: String
  ) throws(SecretError) -> [ByteSlice] {
    var lines: [ByteSlice] = []
    for form in forms { lines.append(try line(form, key, from: origin)) }
    return lines
  }

  /// One header line with `key`.
  /// - Parameter origin: where the key comes from, for the sentence that is thrown where it cannot be sent.
  public nonisolated static func line(_ form: KeyForm, _ key: Span<UInt8>, from origin: String) throws(SecretError)
    -> ByteSlice
  {
    // Printable ASCII only: anything else would end the header line or be refused by the server.
    for index in 0..<key.count where key[index] < 0x20 || key[index] > 0x7e {
      throw SecretError("\(origin) holds a character that cannot be part of a key, at position \(index)")
    }
    var line = ByteBuffer()
    line.append(form.headerName)
    line.append(": ")
    line.append(form.headerPrefix)
    line.append(key)
    line.append("\r\n")
    return line.take()
  }
}

/// Why a secret cannot be used; never the secret.
public struct SecretError: Error, Hashable, Sendable {
  public let message: String
  public init(_ message: String) { self.message = message }
}

extension Span where Element == UInt8 {
  /// Without white space and line breaks at both ends, as editors and `echo` leave them.
  public var trimmedOfLineBreaks: Span<UInt8> {
    @_lifetime(copy self) get {
      var first = 0
      var last = count
      while first < last, self[first] <= 0x20 { first += 1 }
      while last > first, self[last - 1] <= 0x20 { last -= 1 }
      return extracting(first..<last)
    }
  }
}
