// GeminiRequestWriter+Media: images, documents and sounds: as bytes in `inlineData`, or as addresses in `fileData`.

import Bytes
import Conversation
import Hub
import JSON

extension GeminiRequestWriter {
  mutating func write(_ media: Media, _ kind: Feature, of turn: Turn) {
    switch media.source {
    case .file(let file) where !GeminiContent.isOwnFile(file): return losses.drop(.file)
    case .url where !model.takesURLs: return losses.drop(kind == .document ? .documentURL : .imageURL)
    case .base64, .url, .text, .file: break
    }
    if media.wantsCitations { losses.drop(.citations) }
    beginPart(of: turn)
    writeSource(of: media, kind)
    json.endObject()
  }

  mutating func writeSource(of media: Media, _ kind: Feature) {
    if media.title != nil { losses.approximate(.document) }
    switch media.source {
    case .base64(let data): writeBlob(media.mediaType ?? Self.likelyType(of: kind), data)
    case .text(let text): writeBlob(media.mediaType ?? "text/plain", Base64.encoded(text))
    case .url(let address), .file(let address):
      let type = media.mediaType ?? MediaTypes.type(ofAddress: address)
      if type == nil { losses.approximate(kind == .document ? .documentURL : .imageURL) }
      json.name("fileData")
      json.beginObject()
      json.member("mimeType", type ?? Self.likelyType(of: kind))
      json.member("fileUri", address)
      json.endObject()
    }
    writeDetail(media.detail)
  }

  private mutating func writeBlob(_ type: String, _ data: String) {
    json.name("inlineData")
    json.beginObject()
    json.member("mimeType", type)
    json.member("data", data)
    json.endObject()
  }

  private mutating func writeDetail(_ detail: String?) {
    let level: String
    switch detail {
    case nil, "auto": return
    case "low": level = "MEDIA_RESOLUTION_LOW"
    case "high": level = "MEDIA_RESOLUTION_HIGH"
    case "original": level = "MEDIA_RESOLUTION_ULTRA_HIGH"
    default: return losses.drop(.imageDetail)
    }
    guard model.takesDetail else { return losses.drop(.imageDetail) }
    json.name("mediaResolution")
    json.beginObject()
    json.member("level", level)
    json.endObject()
  }

  private static func likelyType(of kind: Feature) -> String {
    switch kind {
    case .document: "application/pdf"
    case .audio: "audio/wav"
    default: "image/jpeg"
    }
  }
}
