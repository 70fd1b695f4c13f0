// AnswerHead: the status line and the fields of an answer.

import Bytes
import HTTP

struct AnswerHead {
  enum Body {
    /// Counted in bytes.
    case json(Int)
    /// Chunked.
    case events
    /// One JSON document that comes in chunks.
    case growingJSON
    /// AWS's binary events, chunked.
    case awsEvents
  }

  let status: Int
  let body: Body
  /// The ledger's number of the call, in `x-request-id`; nil for what is no call.
  var call: Int?
  var retryAfterSeconds: Int?
  /// What AWS's SDKs choose their exception by.
  var awsErrorType: String?
  let keepsAlive: Bool

  func write(into buffer: inout ByteBuffer) {
    buffer.appendStatusLine(status)
    switch body {
    case .json(let count):
      buffer.append("content-type: application/json\r\n")
      buffer.appendField("content-length", decimal: count)
    case .events:
      buffer.append("content-type: text/event-stream; charset=utf-8\r\ncache-control: no-cache\r\n")
      buffer.append("transfer-encoding: chunked\r\n")
    case .growingJSON: buffer.append("content-type: application/json\r\ntransfer-encoding: chunked\r\n")
    case .awsEvents:
      buffer.append("content-type: application/vnd.amazon.eventstream\r\ntransfer-encoding: chunked\r\n")
    }
    if let call {
      buffer.append("x-request-id: req_mock_")
      buffer.append(decimal: call)
      buffer.append("\r\n")
    }
    if let awsErrorType { buffer.appendField("x-amzn-errortype", awsErrorType) }
    if let retryAfterSeconds { buffer.appendField("retry-after", decimal: retryAfterSeconds) }
    if !keepsAlive { buffer.append("connection: close\r\n") }
    buffer.appendHeadEnd()
  }
}
