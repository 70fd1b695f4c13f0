// Daemon: the other end of the control socket, be it aigwd or a lone sidecar.

import Bytes
import JSON
import Reactor

/// Calls methods of io.aigw.Control, one connection for each.
@EventLoop
struct Daemon {
  private static let interface = "io.aigw.Control."
  private static let messageBytesMax = 8 << 20

  let socketPath: String
  /// How long an answer may take.
  let timeoutMs: Int64

  nonisolated init(socketPath: String, timeoutMs: Int64) {
    self.socketPath = socketPath
    self.timeoutMs = timeoutMs
  }

  /// The reply's parameters.
  func call(
    _ method: String, _ parameters: [(name: String, value: JSONValue)] = []
  ) async throws(Failure) -> JSONValue {
    let stream = try await open(method, parameters, more: false)
    defer { stream.close() }
    return try await reply(from: stream, to: method, timeoutMs: timeoutMs).parameters
  }

  /// Gives every reply to `body` until the other end stops, which is its end and not ours.
  func follow(_ method: String, _ body: (JSONValue) -> Void) async throws(Failure) {
    let stream = try await open(method, [], more: true)
    defer { stream.close() }
    while true {
      let (parameters, continues) = try await reply(from: stream, to: method, timeoutMs: nil)
      body(parameters)
      if !continues { return }
    }
  }

  private func open(
    _ method: String, _ parameters: [(name: String, value: JSONValue)], more: Bool
  ) async throws(Failure) -> ByteStream {
    let stream = ByteStream(isPath: true)
    do throws(ReactorError) {
      try await stream.connect(to: SocketAddress(path: socketPath), timeoutMs: timeoutMs)
    } catch {
      stream.close()
      throw .unreachable(socketPath, error)
    }
    var message = ByteBuffer()
    let call: JSONValue = .object([
      ("method", .string(Self.interface + method)), ("parameters", .object(parameters)), ("more", .bool(more)),
    ])
    call.write(into: &message)
    message.append(byte: 0)
    stream.write(message.take())
    stream.flush()
    return stream
  }

  private func reply(
    from stream: ByteStream, to method: String, timeoutMs: Int64?
  ) async throws(Failure) -> (parameters: JSONValue, continues: Bool) {
    do {
      while true {
        if let end = stream.inbound.span.firstIndex(of: 0) {
          let bytes = stream.inbound.slice(0..<end)
          let message = try JSONValue.parse(bytes.span)
          stream.inbound.consume(end + 1)
          let parameters = message["parameters"] ?? .object([])
          if let error = message.text("error") { throw Failure.reply(error, parameters, to: method) }
          return (parameters, message.flag("continues"))
        }
        guard stream.inbound.count <= Self.messageBytesMax, try await stream.receive(timeoutMs: timeoutMs) else {
          throw Failure.silent(socketPath, "it closed the connection without a whole answer")
        }
      }
    } catch let failure as Failure {
      throw failure
    } catch let error as JSONError {
      throw .silent(socketPath, "its answer is not JSON: \(error)")
    } catch let error as ReactorError {
      throw .silent(
        socketPath, error.code == .timedOut ? "no answer in time; give it longer with --timeout" : error.reason)
    } catch {
      throw .silent(socketPath, "\(error)")
    }
  }
}
