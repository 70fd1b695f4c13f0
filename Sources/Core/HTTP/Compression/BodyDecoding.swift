// BodyDecoding: unpacks (decompresses) the body of a reply that was packed although nobody asked for it.

import Bytes

/// The state of unpacking one body: gzip or deflate (RFC 9110 8.4.1). What comes out of one step is bounded, so that a few
/// bytes which stand for gigabytes cost no more memory than others.
public final class BodyDecoding {
  public enum Limits {
    /// What one step unpacks.
    public static let stepBytesMax = 64 << 10
  }

  private enum Coding {
    case gzip
    case deflate
  }

  private let coding: Coding
  private var inflater: Inflater?
  private var isFinished = false

  /// What has to be done to the body behind `head`; nil where it is plain. Throws for a coding that nobody here unpacks.
  public static func needed(behind head: Head) throws(HTTPError) -> BodyDecoding? {
    var needed: BodyDecoding?
    var from = 0
    while let index = head.firstIndex(of: "content-encoding", from: from) {
      from = index + 1
      let name = head.value(at: index)
      if name.isEmpty || name.equalsIgnoringCase("identity") { continue }
      let coding: Coding
      if name.equalsIgnoringCase("gzip") || name.equalsIgnoringCase("x-gzip") {
        coding = .gzip
      } else if name.equalsIgnoringCase("deflate") {
        coding = .deflate
      } else {
        throw MessageKind.reply.refused(502, "it is packed in a way that was not asked for and is not gzip or deflate")
      }
      if needed != nil { throw MessageKind.reply.refused(502, "it is packed twice, which was not asked for") }
      needed = BodyDecoding(coding)
    }
    return needed
  }

  private init(_ coding: Coding) { self.coding = coding }

  /// Unpacks from the front of `packed` what one step may and appends it to `body`. Where `packed` is not empty
  /// afterwards, or `body` grew, there may be more to unpack; otherwise more bytes are needed. Throws a 502 for bytes
  /// that are not so packed.
  public func step(_ packed: inout ByteBuffer, into body: inout ByteBuffer) throws(HTTPError) {
    guard let inflater = try inflater(for: packed) else { return }
    if isFinished {
      if packed.isEmpty { return }
      // RFC 1952 2.2: a gzip file is a series of members.
      guard coding == .gzip else { throw Self.corrupt }
      inflater.reset()
      isFinished = false
    }
    switch inflater.inflate(&packed, into: &body, room: Limits.stepBytesMax) {
    case .open: break
    case .finished: isFinished = true
    case .corrupt: throw Self.corrupt
    }
  }

  /// No more bytes will come. Throws where the packed body was cut short.
  public func ended(leaving packed: borrowing ByteBuffer) throws(HTTPError) {
    // A reply without a body has nothing packed either.
    if inflater == nil && packed.isEmpty || isFinished { return }
    throw MessageKind.reply.refused(502, "its packed body ends too early")
  }

  /// Which frame `deflate` has is told by its first two bytes (RFC 1950 2.2); nil while they are not there.
  private func inflater(for packed: borrowing ByteBuffer) throws(HTTPError) -> Inflater? {
    if let inflater { return inflater }
    if packed.isEmpty || (coding == .deflate && packed.count < 2) { return nil }
    let made: Inflater
    switch coding {
    case .gzip: made = Inflater(.gzip)
    case .deflate:
      let (first, second) = (packed.span[0], packed.span[1])
      let isFramed = first & 15 == 8 && (UInt16(first) << 8 | UInt16(second)) % 31 == 0
      made = Inflater(isFramed ? .zlib : .raw)
    }
    inflater = made
    return made
  }

  private static let corrupt = MessageKind.reply.refused(502, "its packed body cannot be unpacked")
}

extension ReplyHead {
  /// The same, as it would be had the body never been packed.
  public var unpacked: ReplyHead {
    ReplyHead(
      status: status,
      head: head.filtered { !$0.equalsIgnoringCase("content-encoding") && !$0.equalsIgnoringCase("content-length") },
      contentLength: nil)
  }
}
