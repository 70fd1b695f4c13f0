import Bytes
import Testing

@testable import TLS

/// Bytes that are not TLS, or break it.
@Suite struct BrokenPeerTests {
  let certificates = Certificates.shared
  let trusting: TLSContext
  let serving: TLSContext

  init() throws {
    trusting = try .client(trust: .file(certificates.authority))
    serving = try .server(certificateFile: certificates.good.certificate, keyFile: certificates.good.key)
  }

  @Test(arguments: [Carriage.whole, .pieces(1)])
  func aServerThatSpeaksPlainHTTPIsNamedSo(_ carriage: Carriage) throws {
    let client = try TLSSession(client: trusting, hostName: "localhost")
    let error = refusal { try feed("HTTP/1.1 400 Bad Request\r\n\r\n", to: client, carriage) }
    #expect(error?.message == "localhost speaks plain HTTP on this port, not TLS: use http://, or its TLS port")
  }

  @Test func aClientThatSpeaksPlainHTTPIsNamedSo() throws {
    let server = try TLSSession(server: serving)
    let error = refusal { try feed("POST /v1/chat/completions HTTP/1.1\r\n\r\n", to: server, .whole) }
    #expect(error == .notTLS(peer: "the client", plainHTTP: true))
  }

  @Test(arguments: [Carriage.whole, .pieces(1)])
  func garbageIsNamedSo(_ carriage: Carriage) throws {
    let client = try TLSSession(client: trusting, hostName: "localhost")
    let error = refusal { try feed("SSH-2.0-OpenSSH_9.2p1 Debian\r\n", to: client, carriage) }
    #expect(error?.message == "localhost does not speak TLS on this port: check host and port")
  }

  @Test func garbageAfterTheHandshakeIsABrokenProtocol() throws {
    let talk = try Conversation(client: trusting, server: serving)
    _ = try talk.carry()
    try talk.client.received([UInt8](repeating: 0x55, count: 64).span)
    var plaintext = ByteBuffer()
    let error = refusal { _ = try talk.client.readPlaintext(into: &plaintext) }
    guard case .brokenProtocol(peer: "localhost", _) = error else { return #expect(error == nil) }
    #expect(refusal { try talk.client.write("more".utf8.span) } == error)
  }

  @Test func aForgedRecordIsABrokenProtocol() throws {
    let talk = try Conversation(client: trusting, server: serving)
    _ = try talk.carry()
    try talk.server.write("pay 1 dollar".utf8.span)
    var ciphertext = ByteBuffer()
    talk.server.takeCiphertext(into: &ciphertext)
    var bytes = array(ciphertext.span)
    bytes[bytes.count - 20] ^= 1
    try talk.client.received(bytes.span)
    var plaintext = ByteBuffer()
    let error = refusal { _ = try talk.client.readPlaintext(into: &plaintext) }
    #expect(error?.message == "localhost broke the TLS protocol: decryption failed or bad record mac")
    let nothing = plaintext.isEmpty
    #expect(nothing)
    // The server learns why.
    #expect(refusal { _ = try talk.carry() } == .refusedByPeer(peer: "the client", alert: "bad record mac"))
  }

  /// Any byte of the server's answer, turned over on the way: only the version in a record's header is not looked at
  /// (RFC 8446 5.1), everything else ends the handshake or keeps it waiting for bytes that never come.
  @Test func noHandshakeSurvivesAFlippedByte() throws {
    var offset = 0
    var refused = 0
    while true {
      let talk = try Conversation(client: trusting, server: serving)
      var nothing = ByteBuffer()
      _ = try talk.carry(from: talk.client, to: talk.server, into: &nothing, state: &talk.serverState)
      var flight = ByteBuffer()
      talk.server.takeCiphertext(into: &flight)
      var bytes = array(flight.span)
      if offset >= bytes.count { break }
      let isVersion = versionOffsets(bytes).contains(offset)
      bytes[offset] ^= 0x80
      do { try talk.client.received(bytes.span) } catch {
        refused += 1
        #expect(!error.message.isEmpty)
      }
      #expect(!talk.client.isEstablished || isVersion, "byte \(offset) was turned over")
      offset += 11
    }
    #expect(refused > 40)
  }

  /// Where the headers of these records hold their version.
  private func versionOffsets(_ records: [UInt8]) -> Set<Int> {
    var offsets: Set<Int> = []
    var at = 0
    while at + 5 <= records.count {
      offsets.formUnion([at + 1, at + 2])
      at += 5 + Int(records[at + 3]) << 8 + Int(records[at + 4])
    }
    return offsets
  }

  private func feed(_ text: String, to session: TLSSession, _ carriage: Carriage) throws {
    let bytes = Array(text.utf8)
    for piece in carriage.pieces(of: bytes.count) { try session.received(Array(bytes[piece]).span) }
  }
}
