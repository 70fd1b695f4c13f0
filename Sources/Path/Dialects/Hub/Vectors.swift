// Vectors: the numbers of embeddings as JSON, and as base64 of little-endian floats of 32 bits.

import Bytes
import JSON

package enum Vectors {
  package enum Limits {
    package static let dimensionsMax = 65_536
    /// In one reply.
    package static let vectorsMax = 100_000
  }

  /// An array of numbers.
  package static func read(_ value: JSONValue, at path: @autoclosure () -> String) throws(ShapeFault) -> [Float] {
    guard value.kind == .array else { throw ShapeFault(path: path(), problem: "must be an array") }
    let count = value.count
    if count > Limits.dimensionsMax { throw ShapeFault(path: path(), problem: "has too many elements") }
    var vector: [Float] = []
    vector.reserveCapacity(count)
    for index in 0..<count {
      guard let number = value[index]?.double else {
        throw ShapeFault(path: "\(path())[\(index)]", problem: "must be a number")
      }
      vector.append(Float(number))
    }
    return vector
  }

  /// Floats in base64.
  package static func read(base64 text: String, at path: @autoclosure () -> String) throws(ShapeFault) -> [Float] {
    guard let bytes = Base64.decoded(text), bytes.count % 4 == 0, bytes.count / 4 <= Limits.dimensionsMax else {
      throw ShapeFault(path: path(), problem: "must be floats in base64")
    }
    return (0..<bytes.count / 4).map { index in
      let bits = (0..<4).reduce(0 as UInt32) { $0 | UInt32(bytes[index * 4 + $1]) << UInt32($1 * 8) }
      return Float(bitPattern: bits)
    }
  }

  package static func write(_ vector: [Float], to json: inout JSONWriter) {
    json.beginArray()
    for number in vector { json.float(number) }
    json.endArray()
  }

  package static func base64(_ vector: [Float]) -> String {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(vector.count * 4)
    for number in vector {
      let bits = number.bitPattern
      for place in 0..<4 { bytes.append(UInt8(truncatingIfNeeded: bits >> UInt32(place * 8))) }
    }
    return Base64.encoded(bytes)
  }
}
