// EmbeddingsReply: vectors that are the same for the same text, as numbers or as base64.

import Bytes
import JSON

enum EmbeddingsReply {
  static func write(_ request: EmbeddingRequest, reportsUsage: Bool, into buffer: inout ByteBuffer) {
    buffer.append("{\"object\":\"list\",\"data\":[")
    for (index, input) in request.inputs.enumerated() {
      buffer.append(index == 0 ? "{\"object\":\"embedding\",\"index\":" : ",{\"object\":\"embedding\",\"index\":")
      buffer.append(decimal: index)
      buffer.append(",\"embedding\":")
      let vector = vector(of: input, dimensions: request.dimensions)
      if request.isBase64 { writeBase64(vector, into: &buffer) } else { writeNumbers(vector, into: &buffer) }
      buffer.append("}")
    }
    buffer.append("],\"model\":")
    JSONText.appendQuoted(request.model, to: &buffer)
    if reportsUsage {
      buffer.append(",\"usage\":{\"prompt_tokens\":")
      buffer.append(decimal: request.promptTokens)
      buffer.append(",\"total_tokens\":")
      buffer.append(decimal: request.promptTokens)
      buffer.append("}")
    }
    buffer.append("}\n")
  }

  /// Multiples of 1/128 between -1 and 1: exact as 32-bit floats and as short decimals.
  private static func vector(of input: Input, dimensions: Int) -> [Float] {
    var state = input.seed
    return (0..<dimensions).map { _ in
      // SplitMix64: every seed gives another sequence.
      state &+= 0x9E37_79B9_7F4A_7C15
      var mixed = (state ^ state >> 30) &* 0xBF58_476D_1CE4_E5B9
      mixed = (mixed ^ mixed >> 27) &* 0x94D0_49BB_1331_11EB
      return Float(Int(truncatingIfNeeded: mixed >> 56) - 128) / 128
    }
  }

  private static func writeNumbers(_ vector: [Float], into buffer: inout ByteBuffer) {
    buffer.append("[")
    for (index, number) in vector.enumerated() {
      if index > 0 { buffer.append(",") }
      buffer.append(number.description)
    }
    buffer.append("]")
  }

  private static func writeBase64(_ vector: [Float], into buffer: inout ByteBuffer) {
    var bytes: [UInt8] = []
    for number in vector {
      let bits = number.bitPattern
      for shift in [0, 8, 16, 24] as [UInt32] { bytes.append(UInt8(truncatingIfNeeded: bits >> shift)) }
    }
    buffer.append("\"")
    Base64.write(bytes, into: &buffer)
    buffer.append("\"")
  }
}

/// RFC 4648 4.
enum Base64 {
  private static let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)

  static func write(_ bytes: [UInt8], into buffer: inout ByteBuffer) {
    var at = 0
    while at < bytes.count {
      let left = bytes.count - at
      let group =
        UInt32(bytes[at]) << 16 | (left > 1 ? UInt32(bytes[at + 1]) << 8 : 0) | (left > 2 ? UInt32(bytes[at + 2]) : 0)
      for place in 0..<4 {
        let isPadding = place > left
        buffer.append(
          byte: isPadding ? UInt8(ascii: "=") : alphabet[Int(group >> (18 - 6 * UInt32(place)) & 0x3F)])
      }
      at += 3
    }
  }
}
