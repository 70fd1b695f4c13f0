// Certificates made at test time by the openssl command: good ones and every bad one a provider could show.

import Foundation

/// A temporary folder with one authority and what it issued; made once for all tests of the room.
struct Certificates: Sendable {
  static let shared = try! Certificates()

  let folder: URL

  var authority: String { path("authority.pem") }
  var otherAuthority: String { path("other-authority.pem") }

  /// For localhost, 127.0.0.1 and ::1.
  var good: Pair { pair("good") }
  /// For api.example.com and *.example.org.
  var elsewhere: Pair { pair("elsewhere") }
  var expired: Pair { pair("expired") }
  var notYetValid: Pair { pair("future") }
  var selfSigned: Pair { pair("self-signed") }
  /// Issued by `otherAuthority`.
  var untrusted: Pair { pair("untrusted") }

  struct Pair: Sendable {
    let certificate: String
    let key: String
  }

  func path(_ name: String) -> String { folder.appendingPathComponent(name).path }

  private func pair(_ name: String) -> Pair { Pair(certificate: path("\(name).pem"), key: path("\(name).key")) }

  private init() throws {
    folder = FileManager.default.temporaryDirectory.appendingPathComponent("tls-tests-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    try Self.configuration.write(toFile: path("openssl.cnf"), atomically: true, encoding: .utf8)
    try Data().write(to: folder.appendingPathComponent("index.txt"))
    try Data("1000".utf8).write(to: folder.appendingPathComponent("serial"))
    try makeAuthority("authority", name: "Test Authority")
    try makeAuthority("other-authority", name: "Other Authority")
    try issue("good")
    try issue("elsewhere")
    try issue("expired", from: "20240101000000Z", to: "20240501120000Z")
    try issue("future", from: "20990101000000Z", to: "20991231000000Z")
    try issue("untrusted", by: "other-authority")
    try openssl(
      "req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 30 -subj /CN=localhost -extensions good"
        + " -keyout self-signed.key -out self-signed.pem")
    try openssl("ec -in good.key -aes256 -passout pass:secret -out encrypted.key")
    atexit { try? FileManager.default.removeItem(at: Certificates.shared.folder) }
    try Data("this is no PEM at all\n".utf8).write(to: folder.appendingPathComponent("nonsense.pem"))
  }

  private func makeAuthority(_ file: String, name: String) throws {
    try openssl(
      "req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 30 -extensions authority"
        + " -keyout \(file).key -out \(file).pem", "-subj", "/CN=\(name)")
  }

  private func issue(
    _ file: String, by authority: String = "authority", from: String = "20200101000000Z",
    to: String = "20980101000000Z"
  ) throws {
    try openssl(
      "req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj /CN=\(file) -keyout \(file).key -out \(file).csr")
    let extensions = file == "elsewhere" ? "elsewhere" : "good"
    try openssl(
      "ca -batch -notext -extensions \(extensions) -startdate \(from) -enddate \(to)"
        + " -cert \(authority).pem -keyfile \(authority).key -in \(file).csr -out \(file).pem")
  }

  private func openssl(_ words: String, _ further: String...) throws {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = ["openssl"] + words.split(separator: " ").map(String.init) + further
    process.currentDirectoryURL = folder
    process.environment = ProcessInfo.processInfo.environment.merging(["OPENSSL_CONF": path("openssl.cnf")]) { $1 }
    process.standardInput = FileHandle.nullDevice
    let errors = Pipe()
    process.standardOutput = FileHandle.nullDevice
    process.standardError = errors
    try process.run()
    let text = String(decoding: errors.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    process.waitUntilExit()
    if process.terminationStatus != 0 { throw CommandFailed(command: words, text: text) }
  }

  private static let configuration = """
    [req]
    distinguished_name = name
    [name]
    [ca]
    default_ca = authority_of_tests
    [authority_of_tests]
    database = index.txt
    serial = serial
    new_certs_dir = .
    default_md = sha256
    policy = anything
    unique_subject = no
    [anything]
    commonName = supplied
    [authority]
    basicConstraints = critical,CA:TRUE
    [good]
    subjectAltName = DNS:localhost,IP:127.0.0.1,IP:::1
    [elsewhere]
    subjectAltName = DNS:api.example.com,DNS:*.example.org,IP:192.0.2.7
    """
}

struct CommandFailed: Error {
  let command: String
  let text: String
}
