// FloatBytes: numbers of single precision as little-endian bytes in base64, which half of all vectors travel as.

import Bytes

enum FloatBytes {
  static func base64(of numbers: [Float]) -> String {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(numbers.count * 4)
    for number in numbers {
      let bits = number.bitPattern
      for shift in stride(from: 0, to: 32, by: 8) { bytes.append(UInt8(truncatingIfNeeded: bits >> UInt32(shift))) }
    }
    return Base64.encoded(bytes)
  }

  /// nil where the text is no base64, or not of whole numbers.
  static func numbers(fromBase64 text: String) -> [Float]? {
    guard let bytes = Base64.decoded(text), bytes.count % 4 == 0 else { return nil }
    return stride(from: 0, to: bytes.count, by: 4).map { start in
      var bits: UInt32 = 0
      for place in (0..<4).reversed() { bits = bits << 8 | UInt32(bytes[start + place]) }
      return Float(bitPattern: bits)
    }
  }
}
