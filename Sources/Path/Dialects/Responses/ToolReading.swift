// ToolReading: the tools an agent offers, in the request and in the items of its input, all of them as functions.

import Conversation
import Hub
import JSON
import OpenAI

/// Gathers tools. Those of a namespace are known to providers as `namespace__name`.
struct ToolReading {
  private(set) var tools: [Tool] = []
  private(set) var webSearch: WebSearch?
  private(set) var hints: Set<String> = []
  private(set) var untranslatable: Set<String> = []
  /// What a tool is called upstream, by its namespace and its name in two lines.
  private var flatNames: [String: String] = [:]
  private var taken: Set<String> = []

  mutating func read(_ given: [ObjectReader], namespace: String? = nil) throws(ShapeFault) {
    for tool in given {
      var tool = tool
      try read(&tool, try tool.required("type"), namespace)
    }
  }

  private mutating func read(
    _ tool: inout ObjectReader, _ type: String, _ namespace: String?
  ) throws(ShapeFault) {
    switch type {
    case "function":
      var function = Tool(
        name: try tool.required("name"), description: try tool.string("description"),
        parameters: try tool.object("parameters")?.value,
        // Not strict is what tools are everywhere else.
        isStrict: try tool.bool("strict") == true ? true : nil, cache: try OpenAIChat.cacheMarker(&tool))
      if try tool.bool("defer_loading") == true { hints.insert("tools[].defer_loading") }
      add(&function, to: namespace)
    case "custom":
      var custom = Tool(name: try tool.required("name"), description: try tool.string("description"))
      custom.form = .custom
      custom.parameters = CustomInput.schema(try tool.object("format"))
      custom.cache = try OpenAIChat.cacheMarker(&tool)
      _ = tool.value("defer_loading")
      hints.insert("tools[].custom")
      add(&custom, to: namespace)
    case "namespace":
      let name = try tool.required("name")
      _ = try tool.string("description")
      hints.insert("tools[].namespace")
      try read(try tool.objects("tools") ?? [], namespace: name)
    case "tool_search" where try tool.string("execution") == "client":
      var search = Tool(
        name: "tool_search", description: try tool.string("description"),
        parameters: try tool.object("parameters")?.value)
      search.form = .toolSearch
      hints.insert("tools[].tool_search")
      add(&search, to: nil)
    case "local_shell":
      var shell = LocalShell.tool
      hints.insert("tools[].local_shell")
      add(&shell, to: nil)
    case "web_search", "web_search_preview": try readSearch(&tool, type)
    case let type where type.hasPrefix("web_search"): try readSearch(&tool, type)
    case let type:
      untranslatable.insert("tools[].\(type)")
      return
    }
    for field in tool.unread { untranslatable.insert("tools[].\(field)") }
  }

  /// Codex's usual search is of pages that OpenAI has kept; nobody else has such a thing, and looking at live ones instead
  /// is what its user has not allowed.
  private mutating func readSearch(_ tool: inout ObjectReader, _ type: String) throws(ShapeFault) {
    for name in ["user_location", "search_context_size", "search_content_types"] { _ = tool.value(name) }
    let isLive = try tool.bool("external_web_access") ?? true
    var filters = try tool.object("filters")
    let domains = try filters?.strings("allowed_domains") ?? []
    if !isLive || filters?.unread.isEmpty == false {
      untranslatable.insert("tools[].web_search")
    } else {
      webSearch = WebSearch(allowedDomains: domains)
    }
  }

  /// Tools that come again, as those of `additional_tools` do with every turn, are known.
  private mutating func add(_ tool: inout Tool, to namespace: String?) {
    let membership = Tool.Membership(namespace: namespace ?? "", name: tool.name)
    let key = Self.key(of: membership)
    if flatNames[key] != nil { return }
    if namespace != nil { tool.membership = membership }
    var name = Self.joined(membership)
    while !taken.insert(name).inserted { name += "_" }
    flatNames[key] = name
    tool.name = name
    tools.append(tool)
  }

  /// What the tool of an earlier call is known as, be it offered still or not.
  func name(of tool: String, in namespace: String?) -> String {
    let membership = Tool.Membership(namespace: namespace ?? "", name: tool)
    return flatNames[Self.key(of: membership)] ?? Self.joined(membership)
  }

  private static func key(of tool: Tool.Membership) -> String { tool.namespace + "\n" + tool.name }

  private static func joined(_ tool: Tool.Membership) -> String {
    let namespace = tool.namespace
    return namespace.isEmpty ? tool.name : namespace + (namespace.hasSuffix("__") ? "" : "__") + tool.name
  }
}

/// The one text that a custom tool takes, as the arguments of a function.
enum CustomInput {
  /// - Parameter format: of the tool: any text, or one that fits a grammar.
  static func schema(_ format: ObjectReader?) -> JSONValue {
    var description = "The whole input of the tool, as it is."
    if let format, let definition = format.value["definition"]?.string {
      let syntax = format.value["syntax"]?.string ?? "lark"
      description += " It must fit this grammar (\(syntax)):\n\(definition)"
    }
    return [
      "type": "object", "properties": ["input": ["type": "string", "description": .string(description)]],
      "required": ["input"], "additionalProperties": false,
    ]
  }

  static func arguments(of input: String) -> String { JSONValue.object([("input", .string(input))]).text }

  /// A model may have written what is no such object; that is the input then.
  static func text(of arguments: String) -> String {
    (try? JSONValue.parse(arguments.utf8.span))?["input"]?.string ?? arguments
  }
}

/// The shell that models of OpenAI's know without being told, as a function.
enum LocalShell {
  static var tool: Tool {
    var tool = Tool(
      name: "local_shell", description: "Runs a command on the user's machine and returns its output.",
      parameters: [
        "type": "object",
        "properties": [
          "command": ["type": "array", "items": ["type": "string"], "description": "The program and its arguments."],
          "working_directory": ["type": "string"], "timeout_ms": ["type": "integer"],
        ], "required": ["command"], "additionalProperties": false,
      ])
    tool.form = .localShell
    return tool
  }

  /// The action of a call, as agents expect it.
  static func action(_ arguments: String) -> JSONValue {
    let given = (try? JSONValue.parse(arguments.utf8.span))?.members ?? []
    let usual: [(name: String, value: JSONValue)] = [("type", "exec"), ("command", []), ("env", [:])]
    return .object(usual + given.filter { $0.name != "type" })
  }
}
