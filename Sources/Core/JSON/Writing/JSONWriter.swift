// JSONWriter: JSON text written piece by piece, without a document.

import Bytes

/// Writes one value after the other and puts the commas. That what is begun is ended, and that members of an object are
/// named, is the caller's care: each pair of calls stands together in the code.
public struct JSONWriter: ~Copyable {
  private var buffer: ByteBuffer
  /// A comma must come before the next value or name.
  private var needsComma = false

  public init(minimumCapacity: Int = 512) { buffer = ByteBuffer(minimumCapacity: minimumCapacity) }

  /// The text, complete.
  public mutating func take() -> ByteSlice {
    needsComma = false
    return buffer.take()
  }

  public mutating func beginObject() { begin("{") }
  public mutating func endObject() { end("}") }
  public mutating func beginArray() { begin("[") }
  public mutating func endArray() { end("]") }

  /// The name of the next member, which must need no escapes: it is one of a dialect's own.
  public mutating func name(_ name: StaticString) {
    separate()
    buffer.append("\"")
    buffer.append(name)
    buffer.append("\":")
    needsComma = false
  }

  /// The name of the next member, whatever it holds.
  public mutating func name(anyOf name: String) {
    separate()
    JSONText.appendQuoted(name, to: &buffer)
    buffer.append(":")
    needsComma = false
  }

  public mutating func string(_ text: String) {
    separate()
    JSONText.appendQuoted(text, to: &buffer)
    needsComma = true
  }

  public mutating func integer(_ number: Int64) {
    separate()
    buffer.append(decimal: Int(number))
    needsComma = true
  }

  /// A real number, which must be finite.
  public mutating func double(_ number: Double) {
    precondition(number.isFinite, "JSON has no \(number)")
    separate()
    // 1.0 may be where 1 was: both are the same to every provider.
    if number == number.rounded(), abs(number) < 1e15 {
      buffer.append(decimal: Int(number))
    } else {
      buffer.append(number.description)
    }
    needsComma = true
  }

  /// A real number of 32 bits in the fewest digits that read back as the same; one that is not finite is 0.
  public mutating func float(_ number: Float) {
    separate()
    buffer.append(number.isFinite ? number.description : "0")
    needsComma = true
  }

  public mutating func bool(_ flag: Bool) {
    separate()
    buffer.append(flag ? "true" : "false")
    needsComma = true
  }

  public mutating func null() {
    separate()
    buffer.append("null")
    needsComma = true
  }

  public mutating func value(_ value: JSONValue) {
    separate()
    value.write(into: &buffer)
    needsComma = true
  }

  /// A value that is JSON text already: one whole value, checked before.
  public mutating func text(_ json: ByteSlice) {
    separate()
    buffer.append(json)
    needsComma = true
  }

  private mutating func begin(_ bracket: StaticString) {
    separate()
    buffer.append(bracket)
    needsComma = false
  }

  private mutating func end(_ bracket: StaticString) {
    buffer.append(bracket)
    needsComma = true
  }

  private mutating func separate() {
    if needsComma { buffer.append(",") }
  }
}

extension JSONWriter {
  public mutating func member(_ name: StaticString, _ text: String) {
    self.name(name)
    string(text)
  }

  public mutating func member(_ name: StaticString, _ number: Int64) {
    self.name(name)
    integer(number)
  }

  public mutating func member(_ name: StaticString, _ flag: Bool) {
    self.name(name)
    bool(flag)
  }

  public mutating func member(_ name: StaticString, _ value: JSONValue) {
    self.name(name)
    self.value(value)
  }

  public mutating func member(_ name: StaticString, ifGiven text: String?) {
    if let text { member(name, text) }
  }

  public mutating func member(_ name: StaticString, ifGiven number: Int64?) {
    if let number { member(name, number) }
  }

  public mutating func member(_ name: StaticString, ifGiven number: Double?) {
    guard let number else { return }
    self.name(name)
    double(number)
  }

  public mutating func member(_ name: StaticString, ifGiven flag: Bool?) {
    if let flag { member(name, flag) }
  }

  public mutating func member(_ name: StaticString, ifGiven value: JSONValue?) {
    if let value { member(name, value) }
  }

  public mutating func object(_ name: StaticString, _ members: (inout JSONWriter) -> Void) {
    self.name(name)
    beginObject()
    members(&self)
    endObject()
  }

  public mutating func object(_ members: (inout JSONWriter) -> Void) {
    beginObject()
    members(&self)
    endObject()
  }

  public mutating func array<Element>(
    _ name: StaticString, of elements: [Element], _ write: (inout JSONWriter, Element) -> Void
  ) {
    self.name(name)
    beginArray()
    for element in elements { write(&self, element) }
    endArray()
  }
}
