import Bytes
import Foundation
import Reactor
import TestSupport
import Testing

@testable import Client

@Suite(.serialized) struct SecretTests {
  init() { #expect(LoopThread.started) }

  @EventLoop private func secret(
    _ source: Secret.Source, _ environment: [String: String] = [:],
    onChange: @escaping @EventLoop (String?) -> Void = { _ in }
  ) throws(SecretError) -> Secret {
    try Secret(
      source, forms: [.init(headerName: "Authorization", headerPrefix: "Bearer ")], environment: environment,
      onChange: onChange)
  }

  @EventLoop private func problem(_ source: Secret.Source, _ environment: [String: String] = [:]) -> String? {
    do throws(SecretError) {
      try secret(source, environment).close()
      return nil
    } catch {
      return error.message
    }
  }

  @Test @EventLoop func aKeyFromTheEnvironmentBecomesItsHeaderLine() throws {
    for value in ["sk-1", " sk-1 ", "sk-1\n", "\r\n\tsk-1\r\n"] {
      let secret = try secret(.environment("KEY"), ["KEY": value, "OTHER": "x"])
      #expect(text(secret.headerLine(in: 0)) == "Authorization: Bearer sk-1\r\n")
      secret.close()
    }
  }

  @Test @EventLoop func aKeyFromAFileIsTrimmedTheSameWay() throws {
    let file = try KeyFile("  sk-file\n\n")
    let secret = try Secret(
      .file(file.path), forms: [.init(headerName: "api-key", headerPrefix: "")], environment: [:], onChange: { _ in })
    defer { secret.close() }
    #expect(text(secret.headerLine(in: 0)) == "api-key: sk-file\r\n")
  }

  @Test @EventLoop func aMissingOrEmptyVariableIsNamed() {
    let sentence = "environment variable KEY is not set: it should hold the key"
    #expect(problem(.environment("KEY")) == sentence)
    #expect(problem(.environment("KEY"), ["KEY": ""]) == sentence)
    #expect(problem(.environment("KEY"), ["KEY": " \n\t"]) == sentence)
  }

  @Test @EventLoop func aMissingEmptyOrLargeFileIsNamed() throws {
    let file = try KeyFile("\n \n")
    #expect(problem(.file(file.path)) == "\(file.path) is empty: it should hold the key")
    #expect(
      problem(.file(file.path + ".gone")) == "read \(file.path).gone: no such file or directory")
    try file.write(String(repeating: "k", count: Secret.Limits.bytesMax + 1))
    #expect(problem(.file(file.path)) == "read \(file.path): larger than 65536 bytes")
  }

  @Test(arguments: [("sk-1\nsk-2", 4), ("\u{7f}sk", 0), ("sk-caf\u{e9}", 6), ("  sk\u{0}x", 2), ("sk\r\nX-Evil: 1", 2)])
  @EventLoop func aCharacterNoKeyCanHaveIsRefusedWithoutShowingTheKey(_ key: String, _ position: Int) throws {
    let fromVariable = problem(.environment("KEY"), ["KEY": key])
    #expect(
      fromVariable == "environment variable KEY holds a character that cannot be part of a key, at position \(position)"
    )
    let file = try KeyFile(key)
    let fromFile = problem(.file(file.path))
    #expect(fromFile == "\(file.path) holds a character that cannot be part of a key, at position \(position)")
    #expect(fromVariable?.contains("sk") == false && fromFile?.contains("sk") == false)
  }

  @Test @EventLoop func printingASecretShowsNothing() throws {
    let secret = try secret(.environment("KEY"), ["KEY": "sk-1"])
    #expect("\(secret)" == "a secret")
    #expect(String(describing: secret).contains("sk-1") == false)
  }

  /// Three turns of a watched file: rotated, broken, mended.
  @Test @EventLoop func aRotatedFileIsUsedAndABrokenOneLeavesTheLastGoodKey() async throws {
    let file = try KeyFile("sk-old")
    let told = Told()
    let secret = try secret(.file(file.path)) { told.heard($0) }
    defer { secret.close() }
    // The watcher looks at the file once before it can see a change.
    await told.silence(milliseconds: 30)
    try file.write("sk-newer\n")
    #expect(await told.next() == .some(nil))
    #expect(text(secret.headerLine(in: 0)) == "Authorization: Bearer sk-newer\r\n")
    try file.write("")
    #expect(await told.next() == "\(file.path) is empty: it should hold the key")
    #expect(text(secret.headerLine(in: 0)) == "Authorization: Bearer sk-newer\r\n")
    try file.write("sk-newest-of-all")
    #expect(await told.next() == .some(nil))
    #expect(text(secret.headerLine(in: 0)) == "Authorization: Bearer sk-newest-of-all\r\n")
  }
}

/// A key in a temporary file, gone with the test; replaced as a whole, as rotations do it.
private final class KeyFile {
  let url: URL
  var path: String { url.path }

  init(_ content: String) throws {
    url = FileManager.default.temporaryDirectory.appendingPathComponent(
      "key-\(UUID().uuidString.prefix(8).lowercased())")
    try write(content)
  }

  func write(_ content: String) throws { try Data(content.utf8).write(to: url, options: .atomic) }

  deinit { try? FileManager.default.removeItem(at: url) }
}

/// What a secret told about its file.
@EventLoop private final class Told {
  private var news: [String?] = []
  private let waiter = Waiter()

  func heard(_ problem: String?) {
    news.append(problem)
    waiter.wake()
  }

  /// The next piece of news; nil when none came for a minute.
  func next() async -> String?? {
    if news.isEmpty { await silence(milliseconds: 60_000) }
    return news.isEmpty ? nil : .some(news.removeFirst())
  }

  /// Waits for news for so long.
  func silence(milliseconds: Int64) async {
    let timer = Timer { [waiter] in waiter.wake() }
    timer.set(milliseconds: milliseconds)
    await waiter.wait()
    timer.close()
  }
}
