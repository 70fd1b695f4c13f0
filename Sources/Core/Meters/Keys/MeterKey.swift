// MeterKey: the values a budget is split by, as one string that never means two things.

/// Turns the values of a budget's `per` dimensions into the key of a meter. None give the empty key and a single one
/// is its own key, so that the common cases build nothing; several are written as netstrings (`5:alice,4:core,`),
/// which no value can imitate.
public enum MeterKey {
  /// Bytes of a key; longer ones are shortened to a prefix and a digest.
  public static let bytesMax = 256

  public static func joined(_ values: [String]) -> String {
    switch values.count {
    case 0: ""
    case 1: shortened(values[0])
    default: shortened(values.map { "\($0.utf8.count):\($0)," }.joined())
    }
  }

  /// The values of a key made from `count` values, for people to read; a shortened key is shown as it stands.
  public static func values(of key: String, count: Int) -> [String] {
    guard count > 1 else { return count == 1 ? [key] : [] }
    var values: [String] = []
    var rest = Substring(key).utf8
    while let colon = rest.firstIndex(of: UInt8(ascii: ":")), let length = Int(String(rest[..<colon]) ?? ""),
      let end = rest.index(rest.index(after: colon), offsetBy: length, limitedBy: rest.endIndex), end < rest.endIndex
    {
      values.append(String(decoding: rest[rest.index(after: colon)..<end], as: UTF8.self))
      rest = rest[rest.index(after: end)...]
    }
    return values.count == count && rest.isEmpty ? values : [key]
  }

  /// Keys come from the wire and are kept: a long one becomes a prefix and a digest. Two that collide share a meter, which can only refuse more.
  public static func shortened(_ key: String) -> String {
    guard key.utf8.count > bytesMax else { return key }
    let prefix = String(decoding: key.utf8.prefix(bytesMax / 2), as: UTF8.self)
    let short = prefix + "~" + String(digest(of: key), radix: 16)
    assert(short.utf8.count <= bytesMax, "a key of \(key.utf8.count) bytes was shortened to \(short.utf8.count)")
    return short
  }

  /// FNV-1a, 64 bits; the same in every process.
  public static func digest(of key: String) -> UInt64 {
    var digest: UInt64 = 0xcbf2_9ce4_8422_2325
    for byte in key.utf8 { digest = (digest ^ UInt64(byte)) &* 0x100_0000_01b3 }
    return digest
  }
}
