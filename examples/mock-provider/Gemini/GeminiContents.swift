// GeminiContents: the conversation of a request to Google: roles, calls of functions that must be answered, and
// signatures that must come back.
// https://ai.google.dev/gemini-api/docs/thought-signatures

import JSON

struct GeminiContents {
  /// Names of the calls of the turn before, which the next turn must answer.
  private var open: [String] = []
  private var lastRole = ""
  private let thinking: Terms.Thinking
  private let knobs: Knobs

  static func read(
    _ fields: inout Fields, _ prompt: inout Prompt, _ terms: Terms, _ knobs: Knobs
  ) throws(Refusal) {
    let contents = try fields.requiredObjects("contents")
    if contents.isEmpty { throw fields.fault(.missing, at: "contents") }
    var conversation = GeminiContents(thinking: terms.thinking, knobs: knobs)
    for content in contents { try conversation.take(content, &prompt) }
    try conversation.checkAnswered()
    if conversation.lastRole == "model" {
      throw .invalid("Please ensure that multiturn requests end with a user role or a function response.")
    }
  }

  private init(thinking: Terms.Thinking, knobs: Knobs) {
    self.thinking = thinking
    self.knobs = knobs
  }

  private mutating func take(_ content: Fields, _ prompt: inout Prompt) throws(Refusal) {
    var content = content
    let role = try content.string("role") ?? "user"
    guard ["user", "model", "function"].contains(role) else { throw .invalid("Please use a valid role: user, model.") }
    let parts = try content.requiredObjects("parts")
    if parts.isEmpty { throw content.fault(.invalid("must include at least one parts field"), at: "parts") }
    try content.end()
    var texts: [String] = []
    var question: [String] = []
    var calls: [String] = []
    var responses: [String] = []
    for part in parts {
      var part = part
      switch try take(&part, texts: &texts) {
      case .text(let text): if role == "user" { question.append(text) }
      case .call(let name, let isSigned):
        guard role == "model" else { throw part.fault("a function call is the model's.") }
        if calls.isEmpty, !isSigned, thoughtBefore(prompt) { throw unsigned(name, part) }
        calls.append(name)
      case .response(let name): responses.append(name)
      case .other: break
      }
    }
    if responses.isEmpty { try checkAnswered() } else { try checkResponses(responses) }
    if !calls.isEmpty, lastRole != "user", lastRole != "function" {
      throw .invalid(
        "Please ensure that function call turn comes immediately after a user turn or after a function response turn.")
    }
    open = calls
    lastRole = role
    prompt.add(texts, question: question)
  }

  /// Whether the turn that answered this question began with thoughts.
  private func thoughtBefore(_ prompt: Prompt) -> Bool {
    thinking != .never && Wish(prompt.question, knobs).thinking != nil
  }

  private func unsigned(_ name: String, _ part: Fields) -> Refusal {
    .invalid(
      "Function call is missing a thought_signature in functionCall parts. This is required for tools to work "
        + "correctly, and missing thought_signature may lead to degraded model performance. Additional data, function "
        + "call `default_api:\(name)`, at \(part.path.spelled(in: .gemini)).")
  }

  private func checkAnswered() throws(Refusal) {
    if open.isEmpty { return }
    throw .invalid(
      "Please ensure that the number of function response parts is equal to the number of function call parts of the "
        + "function call turn.")
  }

  private func checkResponses(_ responses: [String]) throws(Refusal) {
    if open.isEmpty {
      throw .invalid("Please ensure that function response turn comes immediately after a function call turn.")
    }
    if responses.count != open.count { try checkAnswered() }
    guard responses.sorted() == open.sorted() else {
      throw .invalid(
        "Please ensure that the function response names are those of the calls: \(open.joined(separator: ", ")).")
    }
  }

  // MARK: parts

  private enum Taken {
    case text(String)
    case call(String, isSigned: Bool)
    case response(String)
    case other
  }

  private func take(_ part: inout Fields, texts: inout [String]) throws(Refusal) -> Taken {
    let isThought = try part.bool("thought") ?? false
    let signature = try part.string("thoughtSignature")
    part.ignore("videoMetadata", "mediaResolution", "partMetadata")
    var taken: [Taken] = []
    if let text = try part.string("text") {
      if !isThought { texts.append(text) }
      taken.append(isThought ? .other : .text(text))
    }
    if var blob = try part.object("inlineData") {
      try blob.checkBlob()
      taken.append(.other)
    }
    if var file = try part.object("fileData") {
      _ = try file.required("fileUri")
      file.ignore("mimeType", "displayName")
      try file.end()
      taken.append(.other)
    }
    if var call = try part.object("functionCall") {
      let name = try call.required("name")
      _ = try call.object("args")
      _ = try call.string("id")
      try call.end()
      taken.append(.call(name, isSigned: signature != nil))
      try check(signature, of: name, part)
    } else if signature != nil {
      try check(signature, of: "", part)
    }
    if var response = try part.object("functionResponse") {
      taken.append(.response(try response.required("name")))
      let body = try response.requiredObject("response")
      texts.append(body.value.compact)
      _ = try response.string("id")
      response.ignore("parts", "willContinue", "scheduling")
      try response.end()
    }
    try part.end()
    guard taken.count == 1 else {
      throw part.fault("required oneof field 'data' must have one initialized field.")
    }
    return taken[0]
  }

  private func check(_ signature: String?, of text: String, _ part: Fields) throws(Refusal) {
    guard let signature, !Proof.verifies(signature, of: text, by: .gemini) else { return }
    throw part.fault("Corrupted thought signature.")
  }
}

extension Fields {
  fileprivate mutating func checkBlob() throws(Refusal) {
    let type = try required("mimeType")
    guard type.contains("/") else { throw fault(.invalid("Unsupported MIME type: \(type)"), at: "mimeType") }
    // Google takes the alphabet for URLs too.
    let data = try required("data").replacing(["-": "+", "_": "/"])
    guard let bytes = Base64.read(data), !bytes.isEmpty else {
      throw fault(.invalid("(TYPE_BYTES), Base64 decoding failed"), at: "data")
    }
    ignore("displayName")
    try end()
  }
}

extension String {
  fileprivate func replacing(_ pairs: [Character: Character]) -> String { String(map { pairs[$0] ?? $0 }) }
}
