// ControlConnection: one connection to a control socket, as a client uses it.

import Bytes
import JSON
import Reactor

/// Sends calls and reads replies, one by one.
@EventLoop
final class ControlConnection {
  private let stream = ByteStream(isPath: true)
  private var decoder = MessageDecoder()

  /// Connects to `address`. On a throw there is nothing to close.
  static func open(_ address: SocketAddress, timeoutMs: Int64) async throws(ControlClientError) -> ControlConnection {
    let connection = ControlConnection()
    do throws(ReactorError) {
      try await connection.stream.connect(to: address, timeoutMs: timeoutMs)
    } catch {
      connection.close()
      throw .unreachable(error)
    }
    return connection
  }

  /// The other side has closed, or has said something that it was not asked.
  var isStale: Bool { stream.isEnded || !stream.inbound.isEmpty }

  func send(_ call: VarlinkCall) throws(ControlClientError) {
    let message = call.encoded
    assert(message.span[message.count - 1] == 0, "a message of \(message.count) bytes does not end in NUL")
    // The NUL byte does not count.
    let bytes = message.count - 1
    if bytes > ControlLimits.messageBytesMax { throw .tooLarge(method: call.member, bytes: bytes) }
    stream.write(message)
    stream.flush()
  }

  /// The next reply to `method`, which may be an error.
  func reply(to method: String, timeoutMs: Int64?) async throws(ControlClientError) -> VarlinkReply {
    let began = EventLoop.now
    while true {
      do throws(MessageError) {
        if let message = try decoder.next(from: &stream.inbound) { return try VarlinkReply(reading: message) }
      } catch {
        throw .broken(error)
      }
      var left: Int64?
      if let timeoutMs { left = max(1, timeoutMs - Int64((EventLoop.now - began) / 1_000_000)) }
      do throws(ReactorError) {
        if try await stream.receive(timeoutMs: left) { continue }
      } catch {
        if error.code == .timedOut { throw .timedOut(method: method, timeoutMs: timeoutMs ?? 0) }
      }
      throw .lost(method: method)
    }
  }

  func close() { stream.close() }
}

extension VarlinkCall {
  /// A method of io.aigw.Control by its own name, any other by its full one.
  init(short method: String, _ parameters: JSONValue, wantsMore: Bool = false) {
    self.init(
      method.contains(".") ? method : "\(InterfaceDefinition.control.name).\(method)", parameters, wantsMore: wantsMore)
  }
}
