// Answer+Media: what an answer holds beside text, and what of it is lost in a dialect that has no place for it.

import Conversation

extension MadeMedia {
  /// A picture of the usual kind, to ask whether there is a place for any.
  package static var anyImage: MadeMedia { .image(Media(.base64(""), mediaType: "image/png")) }

  package var feature: Feature {
    switch self {
    case .image: .answerImage
    case .audio: .answerAudio
    }
  }

  /// What stands in the answer itself, in base64, and its type.
  package var bytes: (base64: String, mediaType: String)? {
    switch self {
    case .image(let media), .audio(let media):
      guard case .base64(let data) = media.source, let type = media.mediaType else { return nil }
      return (data, type)
    }
  }

  /// nil for what is neither, or nowhere.
  package init?(base64 data: String, mediaType: String) {
    if data.isEmpty { return nil }
    let media = Media(.base64(data), mediaType: mediaType)
    if mediaType.hasPrefix("image/") {
      self = .image(media)
    } else if mediaType.hasPrefix("audio/") {
      self = .audio(media)
    } else {
      return nil
    }
  }
}

extension Answer {
  /// Leaves out what the dialect of `spoke` has no place for, and says what that was.
  package mutating func leaveOutMedia(for spoke: any Spoke.Type) -> Set<Feature> {
    var lost: Set<Feature> = []
    for index in choices.indices {
      choices[index].parts.removeAll { part in
        guard let media = part.made, !spoke.holds(media) else { return false }
        lost.insert(media.feature)
        return true
      }
    }
    return lost
  }
}

extension Conversation {
  /// Puts a word in the place of what models made, for providers that refuse to see it in a turn of the model's; says what
  /// that was.
  package mutating func nameMadeMedia() -> Set<Feature> {
    var named: Set<Feature> = []
    for index in messages.indices where messages[index].role == .assistant {
      for place in messages[index].parts.indices {
        guard let made = messages[index].parts[place].made else { continue }
        named.insert(made.feature)
        messages[index].parts[place].content = .text(made.feature == .answerImage ? "[image]" : "[audio]")
      }
    }
    return named
  }
}
