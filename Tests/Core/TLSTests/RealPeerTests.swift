import Bytes
import Foundation
import Testing

@testable import TLS

/// Against the openssl command's own server and client, over sockets.
@Suite struct RealPeerTests {
  let certificates = Certificates.shared
  let trusting: TLSContext

  init() throws {
    trusting = try .client(trust: .file(certificates.authority))
  }

  @Test(arguments: ["-tls1_2", "-tls1_3"])
  func aRequestIsAnsweredAndTheNextConnectionResumed(_ version: String) throws {
    let server = try RealServer(certificates.good, [version])
    for expected in ["New, ", "Reused, "] {
      let (session, reply) = try fetch(from: server)
      #expect(reply.text.hasPrefix("HTTP/1.0 200 ok"))
      #expect(reply.text.contains(expected))
      #expect(session.wasResumed == (expected == "Reused, "))
      #expect((session.peerState == .truncated) == (reply.state == .truncated))
    }
  }

  @Test(arguments: ["127.0.0.1", "localhost"])
  func namesAndAddressesAreVerified(_ hostName: String) throws {
    let server = try RealServer(certificates.good)
    #expect(try fetch(from: server, as: hostName).reply.text.hasPrefix("HTTP/1.0 200 ok"))
  }

  @Test func theServersOwnCertificateMayBeTheCAFile() throws {
    let server = try RealServer(certificates.selfSigned)
    let pinned = try TLSContext.client(trust: .file(certificates.selfSigned.certificate))
    #expect(try fetch(from: server, trusting: pinned).reply.text.hasPrefix("HTTP/1.0 200 ok"))
  }

  // MARK: each refusal with its own message

  @Test func aCertificateForAnotherHostIsRefused() throws {
    #expect(
      try message(certificates.elsewhere)
        == "the certificate of localhost is not for this host: it is for api.example.com, *.example.org, 192.0.2.7;"
        + " check the host name in the base URL")
    #expect(
      try message(certificates.elsewhere, as: "127.0.0.1")
        == "the certificate of 127.0.0.1 is not for this host: it is for api.example.com, *.example.org, 192.0.2.7;"
        + " check the host name in the base URL")
  }

  @Test func anExpiredCertificateIsRefused() throws {
    #expect(
      try message(certificates.expired)
        == "the certificate of localhost expired on 2024-05-01 12:00:00 UTC: it has to be renewed there,"
        + " or this machine's clock is wrong")
  }

  @Test func aCertificateOfTheFutureIsRefused() throws {
    #expect(
      try message(certificates.notYetValid)
        == "the certificate of localhost is not valid before 2099-01-01 00:00:00 UTC: this machine's clock is wrong,"
        + " or the certificate is")
  }

  @Test func anAuthorityNobodyTrustsIsRefused() throws {
    let expected =
      "the certificate of localhost is not trusted: it was issued by \"Other Authority\", which is not in the trust"
      + " store; if you trust this authority, give its certificate as the CA file"
    #expect(try message(certificates.untrusted) == expected)
    // The same when the server sends the authority's own certificate along.
    #expect(try message(certificates.untrusted, "-cert_chain", certificates.otherAuthority) == expected)
  }

  @Test func theSystemDoesNotTrustTheTestsAuthority() throws {
    let server = try RealServer(certificates.good)
    let system = try TLSContext.client(trust: .system)
    let error = refusal { _ = try fetch(from: server, trusting: system) }
    #expect(
      error
        == .certificate(CertificateRefusal(hostName: "localhost", reason: .untrustedIssuer("Test Authority"))))
  }

  @Test func aSelfSignedCertificateIsRefused() throws {
    #expect(
      try message(certificates.selfSigned)
        == "the certificate of localhost is self-signed: if you trust it, give it as the CA file")
  }

  @Test func aServerOfOldVersionsIsRefused() throws {
    #expect(
      try message(certificates.good, "-tls1_1", "-cipher", "ALL:@SECLEVEL=0")
        == "localhost does not speak TLS 1.2 or 1.3, and older versions are not safe")
  }

  @Test func aServerThatWantsACertificateSaysSo() throws {
    #expect(
      try message(certificates.good, "-tls1_3", "-Verify", "1")
        == "localhost refused the TLS connection: certificate required")
  }

  // MARK: our server

  @Test(arguments: ["-tls1_2", "-tls1_3"])
  func opensslsClientTalksToOurServer(_ version: String) throws {
    let context = try TLSContext.server(
      certificateFile: certificates.good.certificate, keyFile: certificates.good.key)
    let listener = try LoopbackSocket(listening: ())
    let client = Process()
    client.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    client.arguments =
      ["openssl", "s_client", "-connect", "127.0.0.1:\(listener.port)", version, "-alpn", "h2,http/1.1", "-CAfile"]
      + [certificates.authority, "-verify_return_error", "-verify_hostname", "localhost"]
    let input = Pipe()
    let output = Pipe()
    client.standardInput = input
    client.standardOutput = output
    client.standardError = FileHandle.nullDevice
    try client.run()
    let socket = try listener.accepted()
    let session = try TLSSession(server: context)
    try socket.handshake(session)
    try session.write("hello from Swift\n".utf8.span)
    session.close()
    try socket.flush(session)
    let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    client.waitUntilExit()
    #expect(text.contains("hello from Swift"))
    #expect(text.contains("ALPN protocol: http/1.1"))
    #expect(text.contains("Verify return code: 0 (ok)"))
    // Until here its input stays open, for it ends with its input.
    input.fileHandleForWriting.closeFile()
  }

  // MARK: one connection each

  private func fetch(
    from server: RealServer, as hostName: String = "localhost", trusting context: TLSContext? = nil
  ) throws -> (session: TLSSession, reply: (text: String, state: PlaintextState)) {
    let socket = try LoopbackSocket(connectedTo: server.port)
    let session = try TLSSession(client: context ?? trusting, hostName: hostName)
    try socket.handshake(session)
    try session.write("GET / HTTP/1.0\r\n\r\n".utf8.span)
    try socket.flush(session)
    return (session, try socket.readToEnd(session))
  }

  private func message(_ pair: Certificates.Pair, as hostName: String = "localhost", _ further: String...) throws
    -> String?
  {
    let server = try RealServer(pair, further)
    return refusal { _ = try fetch(from: server, as: hostName) }?.message
  }
}
