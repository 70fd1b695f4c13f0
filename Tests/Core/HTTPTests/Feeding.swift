// Feeding: every way a peer's bytes can arrive, and what a decoder made of them in a form that can be compared.

import Bytes
import HTTP

/// How many bytes each read brings; the last number repeats.
struct Reads: CustomStringConvertible {
  var sizes: [Int]
  var description: String { "reads of \(sizes)" }

  static let whole = Reads(sizes: [.max])
  static let byteByByte = Reads(sizes: [1])
  static func splitAt(_ offset: Int) -> Reads { Reads(sizes: [offset, .max]) }

  /// Whole, byte by byte, and split at every offset of a message of `count` bytes.
  static func every(_ count: Int) -> [Reads] { [whole, byteByByte] + (1..<max(2, count)).map(splitAt) }

  /// Calls `arrived` with each part of `bytes` in turn until it returns false.
  func forEach(of bytes: [UInt8], _ arrived: (Span<UInt8>) -> Bool) {
    var at = 0
    var read = 0
    while at < bytes.count {
      let size = min(sizes[min(read, sizes.count - 1)], bytes.count - at)
      if !arrived(bytes.span.extracting(at..<at + size)) { return }
      at += size
      read += 1
    }
  }
}

/// The requests in `bytes` as text, one line each, and at the end the refusal if there was one.
func requests(in bytes: [UInt8], _ reads: Reads = .whole, limits: HTTPLimits = HTTPLimits()) -> [String] {
  var decoder = RequestDecoder(limits: limits)
  var input = ByteBuffer()
  var found: [String] = []
  reads.forEach(of: bytes) { part in
    input.append(part)
    do throws(HTTPError) {
      while let request = try decoder.next(from: &input) { found.append(describe(request)) }
      return true
    } catch {
      found.append("refused \(error.status): \(error.message)")
      return false
    }
  }
  return found
}

func describe(_ request: Request) -> String {
  var text = "\(String(request.methodName)) \(String(request.target))"
  for index in 0..<request.head.count {
    text += " [\(String(request.head.name(at: index)))=\(String(request.head.value(at: index)))]"
  }
  return text + " \(request.keepsAlive ? "keep" : "close") {\(String(request.body.span))}"
}

/// The replies in `bytes` as text, one line each, ended by a refusal if there was one. `closes`: the provider closes
/// after the last byte.
func replies(
  in bytes: [UInt8], to method: HTTP.Method = .post, _ reads: Reads = .whole, closes: Bool = false,
  limits: HTTPLimits = HTTPLimits()
) -> [String] {
  var decoder = ReplyDecoder(limits: limits, requestMethod: method)
  var input = ByteBuffer()
  var body = ByteBuffer()
  var found: [String] = []
  var current = ""
  func take(_ event: ReplyEvent) -> Bool {
    switch event {
    case .needMore: return false
    case .head(let head):
      current = "\(head.status)"
      for index in 0..<head.head.count {
        current += " [\(String(head.head.name(at: index)))=\(String(head.head.value(at: index)))]"
      }
    case .body: break
    case .end(let keepsAlive):
      found.append(current + " \(keepsAlive ? "keep" : "close") {\(String(body.span))}")
      body.removeAll()
      decoder.begin(requestMethod: method)
    }
    return true
  }
  do throws(HTTPError) {
    var failure: HTTPError?
    reads.forEach(of: bytes) { part in
      input.append(part)
      do throws(HTTPError) {
        while take(try decoder.next(from: &input, body: &body)) {}
        return true
      } catch {
        failure = error
        return false
      }
    }
    if let failure { throw failure }
    if closes { _ = take(try decoder.closed()) }
  } catch {
    found.append("\(current.isEmpty ? "" : current + " ")refused \(error.status): \(error.message)")
  }
  return found
}

/// The events of a stream: those a client would see as text, and all blocks written out again.
func events(
  in bytes: [UInt8], _ reads: Reads = .whole, limits: HTTPLimits = HTTPLimits()
) -> (seen: [String], raw: [UInt8]) {
  var decoder = EventStreamDecoder(limits: limits)
  var input = ByteBuffer()
  var seen: [String] = []
  var raw: [UInt8] = []
  func take(_ event: ServerSentEvent) {
    for index in 0..<event.raw.count { raw.append(event.raw.span[index]) }
    if event.isComment { return }
    seen.append("\(event.event.map { String($0.span) } ?? "message"): \(String(event.data.span))")
  }
  var failed = false
  reads.forEach(of: bytes) { part in
    input.append(part)
    do throws(HTTPError) {
      while let event = try decoder.next(from: &input) { take(event) }
      return true
    } catch {
      seen.append("refused \(error.status): \(error.message)")
      failed = true
      return false
    }
  }
  if !failed, let last = decoder.last(from: &input) {
    seen.append("unfinished")
    take(last)
  }
  return (seen, raw)
}

/// A field's value as text; Span has no `map`.
func text(_ span: Span<UInt8>?) -> String? {
  guard let span else { return nil }
  return String(span)
}

/// Where the bytes stand in memory: the same address means nothing was copied.
func address(of bytes: Span<UInt8>) -> UInt {
  unsafe bytes.withUnsafeBytes { UInt(bitPattern: $0.baseAddress) }
}
