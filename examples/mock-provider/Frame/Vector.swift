// Vector: an embedding that is the same for the same text, as numbers or as base64.

import Bytes

struct Vector {
  let numbers: [Float]

  /// Multiples of 1/128 between -1 and 1: exact as 32-bit floats and as short decimals.
  init(of input: Input, dimensions: Int) {
    var state = input.seed
    numbers = (0..<dimensions).map { _ in
      // SplitMix64: every seed gives another sequence.
      state &+= 0x9E37_79B9_7F4A_7C15
      var mixed = (state ^ state >> 30) &* 0xBF58_476D_1CE4_E5B9
      mixed = (mixed ^ mixed >> 27) &* 0x94D0_49BB_1331_11EB
      return Float(Int(truncatingIfNeeded: mixed >> 56) - 128) / 128
    }
  }

  func writeNumbers(into buffer: inout ByteBuffer) {
    buffer.append("[")
    for (index, number) in numbers.enumerated() {
      if index > 0 { buffer.append(",") }
      buffer.append(number.description)
    }
    buffer.append("]")
  }

  /// 32-bit floats, little-endian.
  func writeBase64(into buffer: inout ByteBuffer) {
    var bytes: [UInt8] = []
    for number in numbers {
      let bits = number.bitPattern
      for shift in [0, 8, 16, 24] as [UInt32] { bytes.append(UInt8(truncatingIfNeeded: bits >> shift)) }
    }
    buffer.append("\"")
    Base64.write(bytes, into: &buffer)
    buffer.append("\"")
  }
}
