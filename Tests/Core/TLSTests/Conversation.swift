// Conversation: a client and a server in one process, and the bytes carried between them.

import Bytes
import Testing

@testable import TLS

/// How many bytes are carried at a time.
enum Carriage: Hashable, Sendable, CustomTestStringConvertible {
  case whole
  case pieces(Int)
  /// Everything up to this byte, then the rest.
  case splitAt(Int)

  var testDescription: String { "\(self)" }

  func pieces(of count: Int) -> [Range<Int>] {
    switch self {
    case .whole: count > 0 ? [0..<count] : []
    case .pieces(let size): stride(from: 0, to: count, by: size).map { $0..<min($0 + size, count) }
    case .splitAt(let at): at < count ? [0..<at, at..<count] : count > 0 ? [0..<count] : []
    }
  }
}

final class Conversation {
  let client: TLSSession
  let server: TLSSession
  var carriage: Carriage
  var clientState = PlaintextState.open
  var serverState = PlaintextState.open
  private(set) var bytesCarried = 0

  init(_ client: TLSSession, _ server: TLSSession, carriage: Carriage = .whole) {
    self.client = client
    self.server = server
    self.carriage = carriage
  }

  convenience init(
    client context: TLSContext, server: TLSContext, hostName: String = "localhost", carriage: Carriage = .whole
  ) throws {
    self.init(try TLSSession(client: context, hostName: hostName), try TLSSession(server: server), carriage: carriage)
  }

  /// What arrived decrypted at each end since the last time.
  func carry() throws -> (atClient: [UInt8], atServer: [UInt8]) {
    var atClient = ByteBuffer()
    var atServer = ByteBuffer()
    while true {
      let up = try carry(from: client, to: server, into: &atServer, state: &serverState)
      let down = try carry(from: server, to: client, into: &atClient, state: &clientState)
      if up + down == 0 { break }
      bytesCarried += up + down
    }
    return (array(atClient.span), array(atServer.span))
  }

  /// One way, until nothing is left to take; how many bytes of ciphertext moved.
  func carry(
    from sender: TLSSession, to receiver: TLSSession, into plaintext: inout ByteBuffer, state: inout PlaintextState
  ) throws -> Int {
    var ciphertext = ByteBuffer()
    sender.takeCiphertext(into: &ciphertext)
    for piece in carriage.pieces(of: ciphertext.count) {
      let slice = ciphertext.slice(piece)
      try receiver.received(slice.span)
      state = try receiver.readPlaintext(into: &plaintext)
    }
    return ciphertext.count
  }
}

func array(_ span: Span<UInt8>) -> [UInt8] {
  var bytes: [UInt8] = []
  bytes.reserveCapacity(span.count)
  for index in 0..<span.count { bytes.append(span[index]) }
  return bytes
}

/// Bytes no two places of which look alike.
func pattern(_ count: Int) -> [UInt8] {
  (0..<count).map { UInt8(truncatingIfNeeded: $0 ^ ($0 >> 8) &* 31 ^ ($0 >> 16) &* 7) }
}

/// The error the body throws; records an issue when it throws none.
func refusal(_ body: () throws -> Void) -> TLSError? {
  #expect(throws: TLSError.self) { try body() }
}
