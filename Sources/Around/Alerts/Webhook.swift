// Webhook: sends alerts to the address the policy names, without anybody waiting for it.

import Bytes
import Client
import Exchange
import HTTP
import JSON
import Logging
import Policy
import Reactor

/// One address and its queue. What is logged names the host alone: the path of such an address is often a secret.
@EventLoop
final class Webhook {
  let rule: Policy.Webhook
  private let pool: ConnectionPool
  private let secret: Secret?
  private let head: ByteSlice
  private let log: Logger
  private var queue = WebhookQueue<ByteSlice>()
  private var isSending = false
  private var isClosed = false

  /// Throws one line when its credential cannot be had.
  init(_ rule: Policy.Webhook, environment: [String: String], log: Logger) throws(AlertError) {
    self.rule = rule
    self.log = log
    let url = rule.url
    let target = ClientTarget(
      isTLS: url.isHTTPS, host: url.host, port: url.port, authority: url.authority,
      timeouts: .init(
        connectMs: AlertLimits.connectMs, firstByteMs: AlertLimits.replyMs, idleMs: AlertLimits.replyMs))
    do throws(ClientFault) {
      pool = try ConnectionPool(to: target, limits: HTTPLimits())
    } catch { throw AlertError("alerts.webhook: \(error.message)") }
    secret = try rule.credential.map { (credential) throws(AlertError) in
      try Self.secret(credential, environment: environment, log: log)
    }
    head = Self.head(url)
  }

  func send(_ alert: Alert) {
    var text = ByteBuffer()
    alert.document.write(into: &text)
    if !queue.add(text.take()) { log.warning("alert given up: too many wait for the webhook", metadata: place) }
    if isSending || isClosed { return }
    isSending = true
    EventLoop.spawn { [self] in
      await work()
      isSending = false
    }
  }

  /// Sends nothing more; an attempt under way ends by itself.
  func close() {
    isClosed = true
    if queue.count > 0 {
      log.warning(
        "alerts given up: the webhook did not take them before it was closed",
        metadata: place + ["count": "\(queue.count)"])
    }
    pool.close()
    secret?.close()
  }

  private func work() async {
    while !isClosed {
      switch queue.next() {
      case .rest: return
      case .pause(let milliseconds): await Timer.pause(milliseconds: milliseconds)
      case .send(let document):
        let (outcome, reason) = await attempt(document)
        let isKept = queue.ended(outcome, jitter: Int64.random(in: 0...1000))
        if outcome == .delivered { continue }
        if isKept {
          log.info("alert not sent to the webhook yet", metadata: place + ["reason": "\(reason)"])
        } else {
          log.warning("alert given up: the webhook did not take it", metadata: place + ["reason": "\(reason)"])
        }
      }
    }
  }

  private func attempt(_ document: ByteSlice) async -> (WebhookQueue<ByteSlice>.Outcome, reason: String) {
    var connection: ClientConnection?
    do throws(ClientFault) {
      // Alerts are rare: a kept connection would mostly be found closed.
      let upstream = try await pool.acquire(fresh: true) { _ in }
      connection = upstream
      var whole = ByteBuffer()
      whole.append(head)
      if let secret { whole.append(secret.headerLine(in: 0)) }
      whole.appendField("content-length", decimal: document.count)
      whole.appendHeadEnd()
      try upstream.send(head: whole.take(), body: [document], method: .post)
      var body = ByteBuffer()
      guard case .head(let reply) = try await upstream.next(body: &body) else {
        throw .malformed("its reply has no head")
      }
      upstream.close()
      return Self.outcome(reply.status)
    } catch {
      connection?.close()
      return (.failed, error.message)
    }
  }

  /// Another address than the policy's is never sent to, so a redirect is a refusal.
  private static func outcome(_ status: Int) -> (WebhookQueue<ByteSlice>.Outcome, reason: String) {
    switch status {
    case 200..<300: (.delivered, "")
    case 408, 425, 429, 500...: (.failed, "it answered \(status)")
    default: (.refused, "it answered \(status)")
    }
  }

  private var place: Logger.Metadata { ["host": "\(rule.url.host)"] }

  private static func head(_ url: Policy.BaseURL) -> ByteSlice {
    var head = ByteBuffer()
    head.append("POST ")
    head.append(url.path.isEmpty ? "/" : url.path)
    head.append(" HTTP/1.1\r\n")
    head.appendField("host", url.authority)
    head.append("content-type: application/json\r\nuser-agent: aigw\r\nconnection: close\r\n")
    return head.take()
  }

  private static func secret(
    _ credential: Policy.Credential, environment: [String: String], log: Logger
  ) throws(AlertError) -> Secret {
    let source: Secret.Source
    switch credential.source {
    case .environment(let name): source = .environment(name)
    case .file(let path): source = .file(path)
    case .aws, .google: throw AlertError("alerts.webhook.auth: a webhook is sent a key; write env: NAME or file: PATH")
    }
    do throws(SecretError) {
      return try Secret(source, forms: [credential.plainKeyForm], environment: environment) { problem in
        if let problem {
          log.warning("the webhook's secret was not reloaded, the old one stays", metadata: ["reason": "\(problem)"])
        }
      }
    } catch { throw AlertError("alerts.webhook.auth: \(error.message)") }
  }
}

/// Why alerts cannot be told as the policy says: one line, beginning with the field at fault.
public struct AlertError: Error, Hashable, Sendable, CustomStringConvertible {
  public let description: String
  init(_ description: String) { self.description = description }
}

private func + (left: Logger.Metadata, right: Logger.Metadata) -> Logger.Metadata {
  left.merging(right) { $1 }
}
