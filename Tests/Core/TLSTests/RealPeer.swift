// RealPeer: TLS with another program over a loopback socket: openssl's own server and client.

import Bytes
import Foundation
import Glibc

@testable import TLS

/// `openssl s_server` on a port of the system's choice; ends with the test that started it.
final class RealServer {
  let port: UInt16
  private let process = Process()

  /// Ready when this returns: it waits for the line that names the port.
  init(_ pair: Certificates.Pair, _ further: [String] = []) throws {
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments =
      ["openssl", "s_server", "-accept", "127.0.0.1:0", "-www", "-cert", pair.certificate, "-key", pair.key] + further
    let output = Pipe()
    process.standardInput = FileHandle.nullDevice
    process.standardOutput = output
    process.standardError = FileHandle.nullDevice
    try process.run()
    var text = ""
    while !text.contains("ACCEPT 127.0.0.1:") || !text.hasSuffix("\n") {
      let data = output.fileHandleForReading.availableData
      if data.isEmpty { throw CommandFailed(command: "openssl s_server", text: text) }
      text += String(decoding: data, as: UTF8.self)
    }
    let digits = text[text.range(of: "ACCEPT 127.0.0.1:")!.upperBound...].prefix { $0.isNumber }
    port = UInt16(digits)!
  }

  deinit {
    // Not SIGTERM: the threads of a test run block it, and a child starts with the mask of its parent.
    kill(process.processIdentifier, SIGKILL)
    process.waitUntilExit()
  }
}

/// A blocking loopback socket; no wait lasts longer than ten seconds.
final class LoopbackSocket {
  private let descriptor: Int32

  init(connectedTo port: UInt16) throws {
    descriptor = try Self.make()
    try unsafe Self.with(port) { address, size in
      // SAFETY: the address lives for the length of the call.
      if unsafe connect(descriptor, address, size) != 0 { throw CommandFailed(command: "connect", text: "\(errno)") }
    }
  }

  /// Waits on a port of the system's choice.
  init(listening: Void) throws {
    descriptor = try Self.make()
    try unsafe Self.with(0) { address, size in
      // SAFETY: as above.
      if unsafe bind(descriptor, address, size) != 0 || listen(descriptor, 1) != 0 {
        throw CommandFailed(command: "listen", text: "\(errno)")
      }
    }
  }

  private init(descriptor: Int32) { self.descriptor = descriptor }

  deinit { Glibc.close(descriptor) }

  var port: UInt16 {
    var address = sockaddr_in()
    var size = socklen_t(MemoryLayout<sockaddr_in>.size)
    // SAFETY: `size` is the size of the address the system writes.
    unsafe withUnsafeMutablePointer(to: &address) { pointer in
      unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { unsafe _ = getsockname(descriptor, $0, &size) }
    }
    return UInt16(bigEndian: address.sin_port)
  }

  func accepted() throws -> LoopbackSocket {
    let accepted = accept(descriptor, nil, nil)
    if accepted < 0 { throw CommandFailed(command: "accept", text: "\(errno)") }
    return LoopbackSocket(descriptor: accepted)
  }

  /// Sends what the session has to say.
  func flush(_ session: TLSSession) throws {
    var ciphertext = ByteBuffer()
    session.takeCiphertext(into: &ciphertext)
    while ciphertext.count > 0 {
      // SAFETY: the span's bytes are valid for the call.
      let sent = unsafe ciphertext.span.withUnsafeBytes {
        unsafe send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
      }
      if sent <= 0 { return }
      ciphertext.consume(sent)
    }
  }

  /// Feeds the session once; false at the end of the stream.
  func feed(_ session: TLSSession) throws -> Bool {
    var bytes = [UInt8](repeating: 0, count: 65_536)
    // SAFETY: recv writes at most `count` bytes.
    let got = unsafe bytes.withUnsafeMutableBytes { unsafe recv(descriptor, $0.baseAddress, $0.count, 0) }
    if got < 0 { throw CommandFailed(command: "recv", text: "\(errno)") }
    if got == 0 {
      try session.receivedEnd()
      return false
    }
    try session.received(bytes.span.extracting(0..<got))
    return true
  }

  func handshake(_ session: TLSSession) throws {
    defer { try? flush(session) }
    while !session.isEstablished {
      try flush(session)
      _ = try feed(session)
    }
  }

  /// Everything the peer says until it closes.
  func readToEnd(_ session: TLSSession) throws -> (text: String, state: PlaintextState) {
    var plaintext = ByteBuffer()
    var state = try session.readPlaintext(into: &plaintext)
    while state == .open {
      _ = try feed(session)
      state = try session.readPlaintext(into: &plaintext)
    }
    return (String(plaintext.span), state)
  }

  private static func make() throws -> Int32 {
    let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    var limit = timeval(tv_sec: 10, tv_usec: 0)
    // SAFETY: the option's value and size belong together. Accepting waits no longer than receiving.
    unsafe _ = setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
    return descriptor
  }

  private static func with(_ port: UInt16, _ body: (UnsafePointer<sockaddr>, socklen_t) throws -> Void) throws {
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = port.bigEndian
    address.sin_addr.s_addr = INADDR_LOOPBACK.bigEndian
    // SAFETY: a sockaddr_in is what AF_INET's sockaddr is.
    try unsafe withUnsafePointer(to: &address) { pointer in
      try unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        try unsafe body($0, socklen_t(MemoryLayout<sockaddr_in>.size))
      }
    }
  }
}
