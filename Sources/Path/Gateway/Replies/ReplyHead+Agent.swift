// ReplyHead+Agent: the head of a reply as the agent gets it.

import Bytes
import Exchange
import Guard
import HTTP
import Reactor

/// How the agent learns where the body ends.
enum ReplyLength {
  case known(Int)
  case chunked
  /// No body at all: HEAD, 204, 304.
  case none
}

extension Call {
  /// Status line, the provider's fields that may come down, and what the gateway says about the call.
  ///
  /// - Parameter across: set where the body was put into the agent's words: its type, and what was said otherwise.
  func replyHead(
    _ status: Int, from provider: Head?, by candidate: LiveCandidate?, length: ReplyLength,
    tokensUsed: TokenCount? = nil, across: (contentType: StaticString, translated: [String])? = nil,
    isEstimate: Bool = false
  ) -> ByteSlice {
    var head = ByteBuffer(minimumCapacity: 256 + (provider?.bytes.count ?? 0))
    head.appendStatusLine(status)
    var hasID = false
    if let across {
      if let provider { ForwardedFields.append(provider, to: &head) { ForwardedFields.comesAcross($0, of: provider) } }
      head.append("content-type: ")
      head.append(across.contentType)
      head.append("\r\n")
      let safe = across.translated.filter { $0.utf8.allSatisfy { $0 > 32 && $0 < 127 } }
      if !safe.isEmpty { head.appendField("x-ai-translated", safe.joined(separator: ",")) }
    } else if let provider {
      ForwardedFields.append(provider, to: &head) { ForwardedFields.comesDown($0, of: provider) }
      hasID = provider.firstIndex(of: "x-request-id") != nil
    } else {
      head.append("content-type: application/json\r\n")
    }
    if let candidate {
      head.append(candidate.identityLines)
      if let asked = candidate.providerModel(for: model), asked.isHeaderSafe {
        head.appendField("x-ai-model", asked.text)
      }
    }
    if isEstimate { head.append("x-ai-estimated: input_tokens\r\n") }
    if let tokensUsed { head.appendField("x-ai-gateway-tokens-used", decimal: Int(tokensUsed.value)) }
    if !tried.isEmpty { head.appendField("x-ai-fallback", tried.map(\.summary).joined(separator: ", ")) }
    finish(&head, length: length, hasID: hasID)
    return head.take()
  }

  private func finish(_ head: inout ByteBuffer, length: ReplyLength, hasID: Bool) {
    head.append("x-ai-request-id: ")
    head.append(idDigits.span)
    if !hasID {
      head.append("\r\nx-request-id: ")
      head.append(idDigits.span)
    }
    head.append("\r\n")
    switch length {
    case .known(let count): head.appendField("content-length", decimal: count)
    case .chunked: head.append(isHTTP10 ? "" : "transfer-encoding: chunked\r\n")
    case .none: break
    }
    if agent.isLast { head.append("connection: close\r\n") }
    head.appendHeadEnd()
  }

  /// Queues a part of the reply's body, as a chunk where the head promised chunks; `part` is empty afterwards.
  func writePart(_ part: inout ByteBuffer, isChunked: Bool) {
    guard isChunked else { return agent.stream.write(part.take()) }
    var chunk = ByteBuffer(minimumCapacity: part.count + 16)
    chunk.appendChunk(part.span)
    part.removeAll()
    agent.stream.write(chunk.take())
  }

  /// HTTP/1.0 has no chunks: a body of unknown length ends with the connection (RFC 9112 6.3).
  var isHTTP10: Bool {
    let head = request.head.bytes
    let bytes = head.span
    guard let end = bytes.firstIndex(of: 13), end >= 8 else { return false }
    return bytes.extracting(end - 8..<end).equals("HTTP/1.0")
  }
}

extension ModelName {
  /// Printable ASCII, so that it can stand in a header.
  var isHeaderSafe: Bool { text.utf8.allSatisfy { $0 >= 32 && $0 < 127 } }
}
