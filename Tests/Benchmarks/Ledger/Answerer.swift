// Answerer: a loop with something to do: it answers every request with the same reply.

import Bytes
import Reactor

@EventLoop
enum Answerer {
  private static let reply = ByteSlice("HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok")
  private static var listener: StreamListener?

  static func listen() throws(ReactorError) {
    let listener = try StreamListener(on: SocketAddress("127.0.0.1:0")!) { stream in
      EventLoop.spawn { await answer(stream) }
    }
    self.listener = listener
    say("listening on \(listener.address)")
  }

  private static func answer(_ stream: ByteStream) async {
    defer { stream.close() }
    while true {
      while let length = requestLength(stream.inbound.span) {
        stream.inbound.consume(length)
        stream.write(reply)
        stream.flush()
      }
      do throws(ReactorError) { guard try await stream.receive() else { return } } catch { return }
    }
  }

  /// Of the first request, once it is here whole.
  private static func requestLength(_ bytes: Span<UInt8>) -> Int? {
    guard let headEnd = bytes.firstIndex(of: "\r\n\r\n"), let field = bytes.firstIndex(of: "content-length: ") else {
      return nil
    }
    var length = 0
    var place = field + 16
    while bytes[place] != 13 {
      length = length * 10 + Int(bytes[place] &- 48)
      place += 1
    }
    let whole = headEnd + 4 + length
    return bytes.count >= whole ? whole : nil
  }
}
