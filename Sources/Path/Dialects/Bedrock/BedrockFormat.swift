// BedrockFormat: the words Bedrock has for kinds of media, and those everyone else has (RFC 6838).

enum BedrockFormat {
  private static let images = ["png": "image/png", "jpeg": "image/jpeg", "gif": "image/gif", "webp": "image/webp"]

  private static let documents = [
    "pdf": "application/pdf", "csv": "text/csv", "doc": "application/msword",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xls": "application/vnd.ms-excel", "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "html": "text/html", "txt": "text/plain", "md": "text/markdown",
  ]

  private static let sounds = [
    "mp3": "audio/mpeg", "opus": "audio/opus", "wav": "audio/wav", "aac": "audio/aac", "flac": "audio/flac",
    "mp4": "audio/mp4", "ogg": "audio/ogg", "m4a": "audio/x-m4a", "webm": "audio/webm", "pcm": "audio/pcm",
  ]

  /// Other names for some of them.
  private static let synonyms = [
    "image/jpg": "image/jpeg", "audio/mp3": "audio/mpeg", "audio/x-wav": "audio/wav", "audio/m4a": "audio/x-m4a",
    "text/x-markdown": "text/markdown",
  ]

  enum Kind {
    case image, document, sound

    fileprivate var table: [String: String] {
      switch self {
      case .image: images
      case .document: documents
      case .sound: sounds
      }
    }
  }

  static func mediaType(of format: String, _ kind: Kind) -> String? { kind.table[format] }

  static func format(of mediaType: String?, _ kind: Kind) -> String? {
    guard let mediaType else { return nil }
    let usual = synonyms[mediaType] ?? mediaType
    return kind.table.first { $0.value == usual }?.key
  }
}
