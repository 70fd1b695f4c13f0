// Connection: reads one agent's requests and has them answered, one after the other.

import Bytes
import HTTP
import Reactor
import TLS

@EventLoop
final class Connection {
  private let line: Line
  private let provider: Provider
  private var decoder = RequestDecoder()

  init(_ stream: ByteStream, tls: TLSContext?, _ provider: Provider) throws(TLSError) {
    line = try Line(stream, tls: tls)
    self.provider = provider
  }

  /// Until either side has had enough.
  func serve() async {
    do {
      try await line.handshake()
      while true {
        let request = try await nextRequest()
        let keepsAlive = request.keepsAlive
        try await provider.answer(request, on: line)
        if !keepsAlive { break }
      }
      line.closeAfterLastWords()
    } catch let refused as HTTPError {
      let refusal = Refusal(status: refused.status, message: refused.message, type: "invalid_request_error")
      try? provider.refuse(refusal, on: line)
      line.closeAfterLastWords()
    } catch {
      // What has been billed is sent, to an agent that has only said that it will send no more.
      line.closeAfterLastWords()
    }
  }

  private func nextRequest() async throws -> Request {
    var saidContinue = false
    while true {
      let request = try line.withInbound { (input: inout ByteBuffer) throws(HTTPError) in
        try decoder.next(from: &input)
      }
      if let request { return request }
      if decoder.expectsContinue, !saidContinue {
        saidContinue = true
        try line.send(ByteSlice("HTTP/1.1 100 Continue\r\n\r\n"))
      }
      if let missing = decoder.bytesStillNeeded { line.withInbound { $0.reserve(missing) } }
      try await line.receive()
    }
  }
}
