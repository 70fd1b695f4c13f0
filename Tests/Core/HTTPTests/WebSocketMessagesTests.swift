import Bytes
import HTTP
import Testing

@Suite struct WebSocketMessagesTests {
  private func frame(_ opcode: UInt8, _ payload: [UInt8], isFinal: Bool = true) -> [UInt8] {
    let length: [UInt8] =
      switch payload.count {
      case ..<126: [UInt8(payload.count)]
      case ..<65_536: [126, UInt8(payload.count >> 8), UInt8(payload.count & 255)]
      default: [127] + (0..<8).reversed().map { UInt8(payload.count >> ($0 * 8) & 255) }
      }
    return [opcode | (isFinal ? 0x80 : 0)] + length + payload
  }

  private func texts(_ bytes: [UInt8], inPieces size: Int) -> [String] {
    var messages = WebSocketMessages()
    var found: [String] = []
    for start in stride(from: 0, to: bytes.count, by: size) {
      messages.arrived(Array(bytes[start..<min(bytes.count, start + size)]).span)
      while let text = messages.next() { found.append(String(text.span)) }
    }
    return found
  }

  @Test func textsAreReadHoweverTheyAreFramedAndSplit() {
    let long = String(repeating: "x", count: 70_000)
    let bytes =
      frame(1, Array("one".utf8)) + frame(9, [1, 2]) + frame(1, Array("t".utf8), isFinal: false) + frame(10, [])
      + frame(0, Array("wo".utf8)) + frame(2, [0, 1, 2, 3]) + frame(1, Array(long.utf8)) + frame(1, Array("end".utf8))
    for size in [1, 2, 3, 7, 1000, bytes.count] {
      #expect(texts(bytes, inPieces: size) == ["one", "two", long, "end"])
    }
  }

  @Test func whatIsTooLongPassesUnread() {
    let bytes = frame(1, [UInt8](repeating: 65, count: 5 << 20)) + frame(1, Array("end".utf8))
    #expect(texts(bytes, inPieces: 65_536) == ["end"])
  }

  @Test func binaryMessagesInPiecesAreNoTexts() {
    let bytes = frame(2, [1], isFinal: false) + frame(0, [2]) + frame(1, Array("end".utf8))
    #expect(texts(bytes, inPieces: 1) == ["end"])
  }

  @Test(arguments: [
    [0x81, 0x81, 0, 0, 0, 0, 65], [0xC1, 1, 65], [0x81, 0xFF, 255, 255, 255, 255, 255, 255, 255, 255],
  ])
  func bytesThatNoServerSendsEndTheListening(bytes: [UInt8]) {
    var messages = WebSocketMessages()
    messages.arrived((bytes + frame(1, Array("end".utf8))).span)
    let next = messages.next()
    #expect(next == nil)
    let isLost = messages.isLost
    #expect(isLost)
  }
}
