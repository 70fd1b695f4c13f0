import Foundation
import Testing

@testable import TLS

@Suite struct SigningKeyTests {
  private func problem(_ pem: String) -> String? {
    do throws(SigningKeyError) {
      _ = try SigningKey(pem: pem)
      return nil
    } catch { return error.problem }
  }

  /// The signature is deterministic, so another program makes the very same one.
  @Test func `a signature is the one that the openssl command makes`() throws {
    let folder = Certificates.shared.folder.appendingPathComponent("signing-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    let text = "eyJhbGciOiJSUzI1NiJ9.eyJpc3MiOiJhaWd3In0"
    try Data(text.utf8).write(to: folder.appendingPathComponent("text"))
    try run("genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:2048 -out key.pem", in: folder)
    try run("dgst -sha256 -sign key.pem -out signature text", in: folder)
    let key = try SigningKey(pem: String(contentsOf: folder.appendingPathComponent("key.pem"), encoding: .utf8))
    let expected = try [UInt8](Data(contentsOf: folder.appendingPathComponent("signature")))
    #expect(try key.signature(of: text.utf8.span) == expected)
    #expect(try key.signature(of: "another".utf8.span) != expected)
    #expect("\(key)" == "a signing key")
  }

  @Test func `what cannot sign says so and shows nothing`() throws {
    let notPEM = "is not a private key in PEM without a password"
    #expect(problem("") == notPEM)
    #expect(problem("-----BEGIN PRIVATE KEY-----\nsecret\n-----END PRIVATE KEY-----\n") == notPEM)
    let certificates = Certificates.shared
    #expect(problem(try String(contentsOfFile: certificates.path("encrypted.key"), encoding: .utf8)) == notPEM)
    #expect(problem(try String(contentsOfFile: certificates.good.key, encoding: .utf8)) == "is not an RSA key")
  }

  private func run(_ arguments: String, in folder: URL) throws {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/openssl")
    process.arguments = arguments.split(separator: " ").map(String.init)
    process.currentDirectoryURL = folder
    process.standardError = FileHandle.nullDevice
    try process.run()
    process.waitUntilExit()
    try #require(process.terminationStatus == 0)
  }
}
