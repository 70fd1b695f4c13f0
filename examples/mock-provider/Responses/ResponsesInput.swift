// ResponsesInput: the items of a request to OpenAI's responses: messages, calls and their outputs, and thoughts, which
// belong to the item behind them.

import JSON

struct ResponsesInput {
  private var prompt: Prompt
  /// Calls that no output has answered.
  private var open: [String] = []
  /// Ids of the thoughts so far.
  private var thoughts: Set<String> = []
  /// Thoughts whose item has not come yet.
  private var pending: String?
  private let isStored: Bool

  static func read(_ fields: inout Fields, _ prompt: inout Prompt, isStored: Bool) throws(Refusal) {
    guard let input = fields.value("input") else { throw fields.fault(.missing, at: "input") }
    if let text = input.string { return prompt.add([text], question: [text]) }
    guard input.kind == .array else { throw fields.fault(.wrongKind("a string or an array"), at: "input") }
    var read = ResponsesInput(prompt: prompt, isStored: isStored)
    for item in try fields.objects("input") ?? [] { try read.take(item) }
    if let id = read.open.first { throw .invalid("No tool output found for function call \(id).", param: "input") }
    if let id = read.pending { throw Self.alone(id) }
    prompt = read.prompt
  }

  private init(prompt: Prompt, isStored: Bool) {
    self.prompt = prompt
    self.isStored = isStored
  }

  private static func alone(_ id: String) -> Refusal {
    .invalid(
      "Item '\(id)' of type 'reasoning' was provided without its required following item.", param: "input")
  }

  private mutating func take(_ item: Fields) throws(Refusal) {
    var item = item
    let types = ["message", "function_call", "function_call_output", "reasoning", "item_reference"]
    let type = try item.string("type", among: types) ?? "message"
    if let id = pending, type != "message", type != "function_call" { throw Self.alone(id) }
    switch type {
    case "function_call": try takeCall(&item)
    case "function_call_output": try takeOutput(&item)
    case "reasoning": try takeThought(&item)
    case "item_reference": throw Self.unknown(try item.required("id"))
    default: try takeMessage(&item)
    }
    _ = try item.string("status", among: ["in_progress", "completed", "incomplete"])
    try item.end()
  }

  private mutating func takeMessage(_ item: inout Fields) throws(Refusal) {
    let role = try item.required("role", among: ["user", "assistant", "system", "developer"])
    if let id = pending {
      guard role == "assistant" else { throw Self.alone(id) }
      pending = nil
    }
    _ = try item.id("msg")
    _ = try item.string("phase")
    let texts = try item.responsesTexts(role)
    prompt.add(texts, question: role == "user" ? texts : nil)
  }

  private mutating func takeCall(_ item: inout Fields) throws(Refusal) {
    pending = nil
    let id = try item.required("call_id")
    if id.utf8.count > 64 {
      throw item.fault(.invalid("string too long. Expected a string with maximum length 64."), at: "call_id")
    }
    open.append(id)
    _ = try item.required("name")
    _ = try item.required("arguments")
    item.ignore("caller", "namespace")
    if let id = try item.id("fc"), let thought = Content.Call.thought(before: id), !thoughts.contains(thought) {
      throw .invalid(
        "Item '\(id)' of type 'function_call' was provided without its required 'reasoning' item: '\(thought)'.",
        param: "input")
    }
    prompt.add([])
  }

  private mutating func takeOutput(_ item: inout Fields) throws(Refusal) {
    let id = try item.required("call_id")
    guard let place = open.firstIndex(of: id) else {
      throw .invalid("No tool call found for function call output with call_id \(id).", param: "input")
    }
    open.remove(at: place)
    item.ignore("id", "caller", "name", "namespace")
    if let text = item.value("output")?.string { return prompt.add([text]) }
    guard let parts = try item.objects("output") else { throw item.fault(.missing, at: "output") }
    prompt.add(try Fields.texts(of: parts, ["input_text", "input_image", "input_file"]))
  }

  private mutating func takeThought(_ item: inout Fields) throws(Refusal) {
    guard let id = try item.id("rs") else { throw item.fault(.missing, at: "id") }
    for part in try item.requiredObjects("summary") {
      var part = part
      _ = try part.required("type", among: ["summary_text"])
      _ = try part.required("text")
      try part.end()
    }
    item.ignore("content")
    if let sealed = try item.string("encrypted_content") {
      guard Proof.isSealed(sealed, by: .openAI) else {
        throw .invalid(
          "The encrypted content for item \(id) could not be verified.", param: "input",
          code: "invalid_encrypted_content")
      }
    } else if !isStored || !id.hasPrefix("rs_mock") {
      throw Self.unknown(id)
    }
    thoughts.insert(id)
    pending = id
    prompt.add([])
  }

  private static func unknown(_ id: String) -> Refusal {
    Refusal(
      status: 404,
      message: "Item with id '\(id)' not found. Items are not persisted when `store` is set to false. Try again with "
        + "`store` set to true, or remove this item from your input.",
      param: "input")
  }
}

extension Fields {
  /// The id of an item, which tells its type.
  fileprivate mutating func id(_ prefix: String) throws(Refusal) -> String? {
    guard let id = try string("id") else { return nil }
    guard id.hasPrefix(prefix) else {
      throw fault(.invalid("'\(id)'. Expected an ID that begins with '\(prefix)'."), at: "id")
    }
    return id
  }

  fileprivate mutating func responsesTexts(_ role: String) throws(Refusal) -> [String] {
    if let text = value("content")?.string { return [text] }
    let parts = try requiredObjects("content")
    return try Self.texts(
      of: parts, role == "assistant" ? ["output_text", "refusal"] : ["input_text", "input_image", "input_file"])
  }

  fileprivate static func texts(of parts: [Fields], _ kinds: [String]) throws(Refusal) -> [String] {
    var texts: [String] = []
    for part in parts {
      var part = part
      switch try part.required("type", among: kinds) {
      case "refusal": texts.append(try part.required("refusal"))
      case "input_image":
        _ = try part.string("detail", among: ["low", "high", "auto", "original"])
        if let url = try part.string("image_url") {
          try part.checkImage(url, at: "image_url")
        } else {
          _ = try part.required("file_id")
        }
      case "input_file": part.ignore("file_data", "file_id", "file_url", "filename", "detail")
      default:
        texts.append(try part.required("text"))
        part.ignore("annotations", "logprobs")
      }
      part.ignore("prompt_cache_breakpoint")
      try part.end()
    }
    return texts
  }
}
