// Attempt+Relay: a reply that nobody here reads, passed on as it flows.

import Bytes
import Client
import Exchange
import HTTP
import Reactor
import Upstream

extension Attempt {
  /// A reply nobody reads here: files, audio, pages. It flows as fast as the agent takes it.
  func relay(_ reply: ReplyHead) async -> Ending {
    let agent = call.agent
    let hasNone = call.request.method == .head || reply.status == 204 || reply.status == 304
    let length: ReplyLength = hasNone ? .none : reply.contentLength.map { .known($0) } ?? .chunked
    var isChunked = false
    if case .chunked = length { isChunked = !call.isHTTP10 }
    if case .chunked = length, call.isHTTP10 { agent.makeLast() }
    agent.send(call.replyHead(reply.status, from: reply.head, by: candidate, length: length))
    let usage = estimated()
    var body = ByteBuffer()
    do throws(ClientFault) {
      while true {
        if case .end = try await upstream.next(body: &body) { break }
        call.writePart(&body, isChunked: isChunked)
        agent.stream.flush()
        do throws(ReactorError) { try await agent.keepUp() } catch { throw .interrupted }
      }
    } catch {
      upstream.close()
      // Half a body cannot be taken back; a connection that ends early is how HTTP says so.
      agent.makeLast()
      agent.stream.close()
      let outcome: Ending.Outcome = error == .interrupted ? .agentGone : .brokenOff
      return ending(outcome, status: reply.status, usage: usage)
    }
    if isChunked { agent.send(Call.lastChunk) }
    candidate.backend.pool.release(upstream)
    return ending(.answered, status: reply.status, usage: usage)
  }
}
