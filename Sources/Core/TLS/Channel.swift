// Channel: a connected stream, encrypted or not; whoever reads and writes it need not know which.

import Bytes
import Reactor

/// What kept a channel from going on.
public enum ChannelError: Error, Hashable, Sendable {
  case stream(ReactorError)
  case tls(TLSError)

  public var message: String {
    switch self {
    case .stream(let error): error.description
    case .tls(let error): error.message
    }
  }
}

/// Straight-line reading and writing over a `ByteStream`, through a `TLSSession` where there is one. Plain bytes are
/// neither copied nor buffered here.
@EventLoop
public final class Channel {
  public let stream: ByteStream
  private let session: TLSSession?
  private var plaintext = ByteBuffer()
  private var hasEnded = false

  /// Over a connected stream; with a session, `handshake` comes first.
  public init(_ stream: ByteStream, session: TLSSession? = nil) {
    self.stream = stream
    self.session = session
  }

  /// The peer has ended or the connection has failed.
  public var isEnded: Bool { stream.isEnded || hasEnded }

  /// Completes the TLS handshake; returns at once on a plain channel. Throws when the peer sends nothing for
  /// `timeoutMs`, ends, cannot be trusted or speaks no TLS.
  public func handshake(timeoutMs: Int64) async throws(ChannelError) {
    guard let session else { return }
    sendCiphertext()
    while !session.isEstablished {
      let more = try await receiveBytes(timeoutMs: timeoutMs)
      try decrypt { session, bytes throws(TLSError) in
        if more { try session.received(bytes.span) } else { try session.receivedEnd() }
      }
    }
  }

  /// Queues bytes; `flush` sends them. Throws only for a broken TLS session.
  public func write(_ slice: ByteSlice) throws(ChannelError) {
    guard let session else { return stream.write(slice) }
    do { try session.write(slice.span) } catch { throw .tls(error) }
  }

  public func flush() {
    if session == nil { stream.flush() } else { sendCiphertext() }
  }

  /// Waits until the kernel has taken everything; throws `timedOut` when it takes nothing for `timeoutMs`.
  public func drained(timeoutMs: Int64) async throws(ChannelError) {
    do { try await stream.drained(timeoutMs: timeoutMs) } catch { throw .stream(error) }
  }

  /// Waits for more bytes to read; false when the peer has ended. A TLS peer that ends without saying so is an error,
  /// because what came last may have been cut off.
  public func receive(timeoutMs: Int64?) async throws(ChannelError) -> Bool {
    if session == nil { return try await receiveBytes(timeoutMs: timeoutMs) }
    // The bytes that completed the handshake may have brought the first ones of what follows.
    if try readPlaintext() { return true }
    while !hasEnded {
      let more = try await receiveBytes(timeoutMs: timeoutMs)
      try decrypt { session, bytes throws(TLSError) in
        if more { try session.received(bytes.span) } else { try session.receivedEnd() }
      }
      if try readPlaintext() { return true }
    }
    return false
  }

  /// Whether there are bytes nobody has consumed, those that came while nobody waited included.
  public func hasUnread() -> Bool {
    if session != nil, !stream.inbound.isEmpty {
      do throws(ChannelError) {
        try decrypt { session, bytes throws(TLSError) in try session.received(bytes.span) }
        _ = try readPlaintext()
      } catch { hasEnded = true }
    }
    return withInbound { !$0.isEmpty }
  }

  /// Lends the unconsumed bytes to a decoder. Throws what `body` throws.
  public func withInbound<Result, Failure: Error>(
    _ body: (inout ByteBuffer) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    session == nil ? try body(&stream.inbound) : try body(&plaintext)
  }

  /// Says to the peer that nothing more will be sent; what it still sends can be read.
  public func endWriting() {
    if let session, !stream.isEnded {
      session.close()
      sendCiphertext()
    }
    stream.endWriting()
  }

  /// Ends the connection now.
  public func close() {
    if let session, !stream.isEnded {
      session.close()
      sendCiphertext()
    }
    stream.close()
  }

  // MARK: inside

  /// Takes what the session can decrypt; true when there was something.
  private func readPlaintext() throws(ChannelError) -> Bool {
    let before = plaintext.count
    defer { sendCiphertext() }
    do throws(TLSError) {
      switch try session!.readPlaintext(into: &plaintext) {
      case .open: break
      case .closed: hasEnded = true
      case .truncated: throw TLSError.truncated(peer: session!.peer)
      }
    } catch {
      throw .tls(error)
    }
    return plaintext.count > before
  }

  private func receiveBytes(timeoutMs: Int64?) async throws(ChannelError) -> Bool {
    do { return try await stream.receive(timeoutMs: timeoutMs) } catch { throw .stream(error) }
  }

  /// Hands the stream's bytes to the session and sends whatever the session has to say, also when it refuses.
  private func decrypt(_ step: (TLSSession, ByteSlice) throws(TLSError) -> Void) throws(ChannelError) {
    let bytes = stream.inbound.take()
    defer { sendCiphertext() }
    do { try step(session!, bytes) } catch { throw .tls(error) }
  }

  private func sendCiphertext() {
    var ciphertext = ByteBuffer()
    session!.takeCiphertext(into: &ciphertext)
    if !ciphertext.isEmpty {
      stream.write(ciphertext.take())
      stream.flush()
    }
  }
}
