// DataAddress: bytes inside an address (RFC 2397), as OpenAI's dialects carry images and files.

import Conversation

/// `data:image/png;base64,iVBO...`
package struct DataAddress {
  /// nil where the address does not say.
  package let mediaType: String?
  package let base64: String

  /// nil for an address of another kind, and for data that is not in base64.
  package init?(_ address: String) {
    guard Self.isData(address), let comma = address.utf8.firstIndex(of: UInt8(ascii: ",")) else { return nil }
    let head = address[..<comma].dropFirst(5).split(separator: ";", omittingEmptySubsequences: false)
    guard head.count > 1, head.last?.lowercased() == "base64" else { return nil }
    mediaType = head[0].isEmpty ? nil : head[0].lowercased()
    base64 = String(address[address.utf8.index(after: comma)...])
  }

  package static func isData(_ address: String) -> Bool { address.prefix(5).lowercased() == "data:" }

  package static func text(_ base64: String, mediaType: String) -> String { "data:\(mediaType);base64,\(base64)" }
}

extension Media.Source {
  /// What an address in a field of OpenAI's means.
  ///
  /// - Returns: the source and its media type; nil for data that is not in base64.
  package static func address(_ address: String) -> (source: Media.Source, mediaType: String?)? {
    if !DataAddress.isData(address) { return (.url(address), nil) }
    return DataAddress(address).map { (.base64($0.base64), $0.mediaType) }
  }
}
