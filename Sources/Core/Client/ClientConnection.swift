// ClientConnection: one connection to a server: a request up, its reply down, event by event.

import Bytes
import HTTP
import Reactor
import TLS

/// Belongs to one exchange at a time; the pool keeps it in between.
@EventLoop
public final class ClientConnection {
  let channel: Channel
  /// The socket, for whoever has to interrupt a wait on it.
  public var stream: ByteStream { channel.stream }
  private var decoder: ReplyDecoder
  /// Set while a reply is read that was packed although nobody asked for it, with what is not unpacked yet.
  private var unpacking: BodyDecoding?
  private var packed = ByteBuffer()
  private let timeouts: ClientTarget.Timeouts
  private var wait = ClientFault.Wait.firstByte
  private var hasReply = false
  /// Has carried an exchange before: the server may have closed it at the very moment we chose it.
  public internal(set) var wasUsed = false
  /// Kept by the pool between two exchanges.
  var isIdle = false
  /// When the request was sent, in nanoseconds of the loop's clock.
  private var sentAt: UInt64 = 0
  /// When the server was told that nobody waits any more, in nanoseconds of the loop's clock.
  private var cancelledAt: UInt64?
  /// May carry another exchange.
  public private(set) var isReusable = false

  init(_ channel: Channel, limits: HTTPLimits, timeouts: ClientTarget.Timeouts) {
    self.channel = channel
    self.timeouts = timeouts
    decoder = ReplyDecoder(limits: limits, requestMethod: .post)
  }

  /// Not a byte of the reply has arrived yet.
  public var isUntouched: Bool { decoder.isUntouched && !hasReply }

  /// Sends a request: its head and the pieces of its body, without copying them.
  ///
  /// - Parameter maySwitch: it asks to go on in another protocol; behind a 101, `next` gives what comes in that.
  public func send(
    head: ByteSlice, body: [ByteSlice], method: Method, maySwitch: Bool = false
  ) throws(ClientFault) {
    isReusable = false
    hasReply = false
    unpacking = nil
    sentAt = EventLoop.now
    wait = .firstByte
    decoder.begin(requestMethod: method, maySwitch: maySwitch)
    do throws(ChannelError) {
      try channel.write(head)
      for piece in body { try channel.write(piece) }
    } catch { throw ClientFault(error, waitingFor: .idle, timeoutMs: timeouts.idleMs) }
    channel.flush()
  }

  /// What comes next of the reply, waiting for it; bytes of `.body` are appended to `body`. Never `.needMore`.
  public func next(body: inout ByteBuffer) async throws(ClientFault) -> ReplyEvent {
    while true {
      if let event = try available(body: &body) { return event }
      if let end = try await more() { return end }
    }
  }

  /// Sends bytes of the protocol that was switched to, as fast as the server takes them.
  public func forward(_ bytes: ByteSlice) async throws(ClientFault) {
    do throws(ChannelError) {
      try channel.write(bytes)
      channel.flush()
      try await channel.drained(timeoutMs: timeouts.idleMs)
    } catch { throw ClientFault(error, waitingFor: .idle, timeoutMs: timeouts.idleMs) }
  }

  /// Nobody waits for the reply any more. The server learns it by the end of what we send, and its own end says that
  /// we have heard all that it sent, and will bill, by then.
  public func cancel() {
    if cancelledAt != nil { return }
    cancelledAt = EventLoop.now
    channel.endWriting()
  }

  /// What can be told without waiting; nil when more bytes are needed.
  public func available(body: inout ByteBuffer) throws(ClientFault) -> ReplyEvent? {
    do throws(HTTPError) {
      if let unpacking { return try unpacked(by: unpacking, into: &body) }
      // Written out because a closure cannot carry two inout buffers.
      let event = try channel.withInbound { input throws(HTTPError) in try decoder.next(from: &input, body: &body) }
      return try told(event)
    } catch { throw .malformed(error.message) }
  }

  /// The same for a packed body: what arrived is unpacked before more is read.
  private func unpacked(by unpacking: BodyDecoding, into body: inout ByteBuffer) throws(HTTPError) -> ReplyEvent? {
    while true {
      let before = body.count
      try unpacking.step(&packed, into: &body)
      if body.count > before { return .body }
      let event = try channel.withInbound { input throws(HTTPError) in try decoder.next(from: &input, body: &packed) }
      switch event {
      case .body: continue
      case .end: try unpacking.ended(leaving: packed)
      case .head, .needMore: break
      }
      return try told(event)
    }
  }

  private func told(_ event: ReplyEvent) throws(HTTPError) -> ReplyEvent? {
    switch event {
    case .needMore: return nil
    case .head(let reply):
      hasReply = true
      wait = .idle
      unpacking = try BodyDecoding.needed(behind: reply.head)
      if unpacking != nil {
        packed.removeAll()
        return .head(reply.unpacked)
      }
    case .body: break
    case .end(let keepsAlive): isReusable = keepsAlive && cancelledAt == nil
    }
    return event
  }

  /// Waits until more bytes have arrived; gives `.end` when the server ended the reply by closing, as HTTP allows.
  private func more() async throws(ClientFault) -> ReplyEvent? {
    let limitMs = wait == .firstByte ? timeouts.firstByteMs : timeouts.idleMs
    var timeoutMs = limitMs
    // The head has its time as a whole, however its bytes trickle in.
    if wait == .firstByte { timeoutMs = max(1, limitMs - Int64((EventLoop.now - sentAt) / 1_000_000)) }
    if let cancelledAt {
      let leftMs = Self.hearOutMs - Int64((EventLoop.now - cancelledAt) / 1_000_000)
      if leftMs <= 0 { throw .interrupted }
      timeoutMs = min(timeoutMs, leftMs)
    }
    let isMore: Bool
    do throws(ChannelError) {
      isMore = try await channel.receive(timeoutMs: timeoutMs)
    } catch { throw ClientFault(error, waitingFor: wait, timeoutMs: limitMs) }
    if isMore { return nil }
    do throws(HTTPError) {
      let end = try decoder.closed()
      try unpacking?.ended(leaving: packed)
      return end
    } catch { throw .broken(error.message) }
  }

  public func close() { channel.close() }

  /// How long a server has to end a reply that was cancelled.
  private static let hearOutMs: Int64 = 500
}
