import Bytes
import Testing

@testable import TLS

@Suite struct TLSSessionTests {
  let certificates = Certificates.shared
  let trusting: TLSContext
  let serving: TLSContext

  init() throws {
    trusting = try .client(trust: .file(certificates.authority))
    serving = try .server(certificateFile: certificates.good.certificate, keyFile: certificates.good.key)
  }

  @Test(arguments: [Carriage.whole, .pieces(1), .pieces(7), .pieces(1000)])
  func aHandshakeSucceedsHoweverItsBytesAreCarried(_ carriage: Carriage) throws {
    let talk = try Conversation(client: trusting, server: serving, carriage: carriage)
    #expect(!talk.client.isEstablished && !talk.server.isEstablished)
    _ = try talk.carry()
    #expect(talk.client.isEstablished && talk.server.isEstablished)
    try talk.client.write("up".utf8.span)
    try talk.server.write("down".utf8.span)
    let arrived = try talk.carry()
    #expect(arrived.atServer == Array("up".utf8))
    #expect(arrived.atClient == Array("down".utf8))
    #expect(talk.clientState == .open && talk.serverState == .open)
  }

  @Test func aHandshakeSucceedsSplitAtEveryOffset() throws {
    for at in stride(from: 1, to: 1500, by: 13) {
      let talk = try Conversation(client: trusting, server: serving, carriage: .splitAt(at))
      _ = try talk.carry()
      #expect(talk.client.isEstablished && talk.server.isEstablished, "split at \(at)")
    }
  }

  @Test(arguments: ["localhost", "localhost.", "LOCALHOST", "127.0.0.1", "::1"])
  func namesAndAddressesOfTheCertificateAreAccepted(_ hostName: String) throws {
    let talk = try Conversation(client: trusting, server: serving, hostName: hostName)
    _ = try talk.carry()
    #expect(talk.client.isEstablished)
  }

  @Test(arguments: ["", ".", "two words", "nul\0byte", "tab\t", "münchen.example", String(repeating: "a", count: 254)])
  func namesThatCannotBeVerifiedAreRefused(_ hostName: String) {
    #expect(refusal { _ = try TLSSession(client: trusting, hostName: hostName) } == .invalidHostName(hostName))
  }

  @Test(arguments: [Carriage.whole, .pieces(16_000)])
  func aMegabyteArrivesBothWays(_ carriage: Carriage) throws {
    let talk = try Conversation(client: trusting, server: serving, carriage: carriage)
    _ = try talk.carry()
    let up = pattern(1 << 20)
    let down = Array(up.reversed())
    try talk.client.write(up.span)
    try talk.server.write(down.span)
    let before = talk.bytesCarried
    let arrived = try talk.carry()
    #expect(arrived.atServer == up)
    #expect(arrived.atClient == down)
    // 64 records each way, 22 bytes around each; session tickets came with the handshake.
    #expect(talk.bytesCarried - before == 2 * ((1 << 20) + 64 * 22))
  }

  @Test func manySmallWritesArriveInOrderByteByByte() throws {
    let talk = try Conversation(client: trusting, server: serving, carriage: .pieces(1))
    _ = try talk.carry()
    var expected: [UInt8] = []
    for size in 0..<200 {
      let bytes = pattern(size)
      expected += bytes
      try talk.server.write(bytes.span)
    }
    #expect(try talk.carry().atClient == expected)
  }

  @Test func ciphertextIsAppendedToWhatIsAlreadyThere() throws {
    let client = try TLSSession(client: trusting, hostName: "localhost")
    var buffer = ByteBuffer()
    buffer.append("before")
    client.takeCiphertext(into: &buffer)
    let prefixKept = buffer.span.starts(with: "before")
    let count = buffer.count
    #expect(prefixKept && count > 100)
    client.takeCiphertext(into: &buffer)
    let unchanged = buffer.count == count
    #expect(unchanged)
  }

  // MARK: endings

  @Test func closeNotifyIsToldFromAnEnd() throws {
    let talk = try Conversation(client: trusting, server: serving)
    _ = try talk.carry()
    try talk.server.write("the last words".utf8.span)
    talk.server.close()
    talk.server.close()
    #expect(try talk.carry().atClient == Array("the last words".utf8))
    #expect(talk.clientState == .closed)
    try talk.client.receivedEnd()
    #expect(talk.client.peerState != .truncated)
    // Our own direction is still open.
    try talk.client.write("goodbye".utf8.span)
    #expect(try talk.carry().atServer == Array("goodbye".utf8))
    #expect(refusal { try talk.server.write("too late".utf8.span) } == .closed(peer: "the client"))
  }

  @Test func anEndWithoutCloseNotifyIsATruncation() throws {
    let talk = try Conversation(client: trusting, server: serving)
    _ = try talk.carry()
    try talk.server.write("whole ".utf8.span)
    try talk.server.write("cut".utf8.span)
    var ciphertext = ByteBuffer()
    talk.server.takeCiphertext(into: &ciphertext)
    let allButTheLast = ciphertext.slice(0..<ciphertext.count - 1)
    try talk.client.received(allButTheLast.span)
    try talk.client.receivedEnd()
    var plaintext = ByteBuffer()
    let state = try talk.client.readPlaintext(into: &plaintext)
    #expect(String(plaintext.span) == "whole ")
    #expect(state == .truncated)
    #expect(talk.client.peerState == .truncated)
  }

  @Test func anEndDuringTheHandshakeIsAnError() throws {
    let client = try TLSSession(client: trusting, hostName: "localhost")
    let error = refusal { try client.receivedEnd() }
    #expect(error?.message == "localhost closed the connection during the TLS handshake")
    #expect(refusal { try client.received([22].span) } == error)
  }

  @Test func bytesAfterCloseNotifyAreIgnored() throws {
    let talk = try Conversation(client: trusting, server: serving)
    _ = try talk.carry()
    talk.server.close()
    _ = try talk.carry()
    try talk.client.received("anything".utf8.span)
    var plaintext = ByteBuffer()
    let state = try talk.client.readPlaintext(into: &plaintext)
    let nothing = plaintext.isEmpty
    #expect(state == .closed && nothing)
  }
}
