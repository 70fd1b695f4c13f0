// MediaTypes: what stands at an address, by the ending of its name.

package enum MediaTypes {
  /// nil for an ending nobody is sure of. What follows the path of the address is left out.
  package static func type(ofAddress address: String) -> String? {
    let path = address.prefix { $0 != "?" && $0 != "#" }
    guard let name = path.split(separator: "/").last, let ending = name.split(separator: ".").last, ending != name
    else { return nil }
    return types[ending.lowercased()]
  }

  private static let types = [
    "png": "image/png", "jpg": "image/jpeg", "jpeg": "image/jpeg", "webp": "image/webp", "gif": "image/gif",
    "heic": "image/heic", "heif": "image/heif", "bmp": "image/bmp",
    "pdf": "application/pdf", "txt": "text/plain", "md": "text/markdown", "csv": "text/csv", "html": "text/html",
    "json": "application/json", "xml": "text/xml",
    "wav": "audio/wav", "mp3": "audio/mp3", "aac": "audio/aac", "ogg": "audio/ogg", "flac": "audio/flac",
    "aiff": "audio/aiff",
  ]
}
