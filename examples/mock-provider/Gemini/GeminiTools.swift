// GeminiTools: the functions a request to Google declares, and the schemas it understands.

import JSON

extension Fields {
  /// `tools` and `toolConfig`.
  mutating func geminiTools(_ terms: inout Terms) throws(Refusal) {
    for tool in try objects("tools") ?? [] {
      var tool = tool
      for function in try tool.objects("functionDeclarations") ?? [] {
        let declared = try function.geminiFunction()
        if terms.tools.contains(where: { $0.name == declared.name }) {
          throw .invalid("Duplicate function declaration found: \(declared.name)")
        }
        terms.tools.append(declared)
      }
      tool.ignore("googleSearch", "googleSearchRetrieval", "codeExecution", "urlContext", "googleMaps", "computerUse")
      try tool.end()
    }
    guard var config = try object("toolConfig") else { return }
    config.ignore("retrievalConfig", "includeServerSideToolInvocations")
    if var calling = try config.object("functionCallingConfig") {
      let mode = try calling.string("mode", among: ["MODE_UNSPECIFIED", "AUTO", "ANY", "NONE", "VALIDATED"])
      let allowed = try calling.strings("allowedFunctionNames") ?? []
      if !allowed.isEmpty, mode != "ANY", mode != "VALIDATED" {
        throw calling.fault(
          "Allowed function names may only be set when the function calling mode is ANY or VALIDATED.")
      }
      for name in allowed where !terms.tools.contains(where: { $0.name == name }) {
        throw calling.fault("\(name) is not a declared function.")
      }
      if mode == "NONE" { terms.toolChoice = .forbidden }
      if mode == "ANY" { terms.toolChoice = allowed.count == 1 ? .named(allowed[0]) : .any }
      try calling.end()
    }
    try config.end()
  }

  private func geminiFunction() throws(Refusal) -> Tool {
    var function = self
    let name = try function.required("name")
    let isPlain = name.utf8.allSatisfy { byte in
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "."), UInt8(ascii: ":"),
        UInt8(ascii: "-"):
        true
      default: false
      }
    }
    guard isPlain, (1...128).contains(name.utf8.count), name.utf8.first! > 57 else {
      throw function.fault(
        .invalid("Invalid function name. Must start with a letter or an underscore."), at: "name")
    }
    _ = try function.string("description")
    let plain = try function.object("parameters")
    try plain?.checkGeminiSchema()
    if let plain, plain.value["properties"]?.count ?? 0 == 0, plain.value["type"]?.string?.uppercased() == "OBJECT" {
      throw plain.fault(.invalid("should be non-empty for OBJECT type"), at: "properties")
    }
    let json = try function.object("parametersJsonSchema")
    if plain != nil, json != nil {
      throw function.fault("Only one of parameters and parameters_json_schema may be set.")
    }
    function.ignore("response", "responseJsonSchema", "behavior")
    try function.end()
    return Tool(name: name, schema: plain?.value ?? json?.value)
  }

  /// `Schema`, which is a part of OpenAPI's and not JSON schema: other keywords are no fields of it.
  func checkGeminiSchema() throws(Refusal) {
    var schema = self
    let type = try schema.string("type")
    let types = ["TYPE_UNSPECIFIED", "STRING", "NUMBER", "INTEGER", "BOOLEAN", "ARRAY", "OBJECT", "NULL"]
    if let type, !types.contains(type.uppercased()) {
      throw schema.fault(
        .invalid("(type.googleapis.com/google.ai.generativelanguage.v1beta.Type), \"\(type)\""), at: "type")
    }
    schema.ignore(
      "format", "title", "description", "nullable", "enum", "maxItems", "minItems", "required", "minProperties",
      "maxProperties", "minLength", "maxLength", "pattern", "example", "propertyOrdering", "default", "minimum",
      "additionalProperties", "defs", "ref",
      "maximum")
    try schema.object("items")?.checkGeminiSchema()
    for option in try schema.objects("anyOf") ?? [] { try option.checkGeminiSchema() }
    if let properties = try schema.object("properties") {
      for property in properties.value.members! {
        try Fields(property.value, properties.path.member(property.name), .gemini).checkGeminiSchema()
      }
    }
    try schema.end()
  }
}
