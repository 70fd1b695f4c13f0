// ManifestReader: YAML as people and charts write it, anchors and merge keys written out, as trees with their styles.

import YAML

/// Reads all documents of a YAML text.
struct ManifestReader: ~Copyable {
  private struct Anchored {
    let node: ManifestNode
    let size: Size
  }

  /// What values take up, for bounds.
  private struct Size {
    var valuesCount = 0
    var textBytes = 0
  }

  private var events: YAMLEvents
  private var total = Size()
  private var anchors: [String: Anchored] = [:]
  private var documentNumber = 0

  init(_ bytes: Span<UInt8>) { events = YAMLEvents(bytes) }

  /// Those that say something; a document of nothing but comments does not.
  mutating func documents() throws(ManifestFault) -> [ManifestDocument] {
    var documents: [ManifestDocument] = []
    while true {
      let event = try next()
      switch event.kind {
      case .streamEnd: return documents
      case .documentStart:
        documentNumber += 1
        anchors = [:]
        let root = try node(try next(), depth: 1)
        if !root.isNull { documents.append(ManifestDocument(number: documentNumber, root: root)) }
      case .streamStart, .documentEnd, .alias, .scalar, .sequenceStart, .sequenceEnd, .mappingStart, .mappingEnd:
        continue
      }
    }
  }

  private mutating func node(_ event: YAMLEvent, depth: Int) throws(ManifestFault) -> ManifestNode {
    if event.hasTag { throw fault("uses a YAML tag (!); remove it, or quote the text", event) }
    if depth > ManifestLimits.depthMax {
      throw fault("is nested deeper than \(ManifestLimits.depthMax) levels", event)
    }
    let before = total
    var node: ManifestNode
    switch event.kind {
    case .alias(let name): return try repeated(name, event)
    case .scalar(let text, let style):
      try count(Size(valuesCount: 1, textBytes: text.utf8.count), event)
      node = ManifestNode(value: .scalar(text, Self.style(style)))
    case .sequenceStart(let isFlow):
      try count(Size(valuesCount: 1), event)
      node = ManifestNode(value: .sequence(try elements(depth: depth)), isFlow: isFlow)
    case .mappingStart(let isFlow):
      try count(Size(valuesCount: 1), event)
      node = ManifestNode(value: .mapping(try members(depth: depth)), isFlow: isFlow)
    case .streamStart, .streamEnd, .documentStart, .documentEnd, .sequenceEnd, .mappingEnd:
      preconditionFailure("libyaml opened no value: \(event)")
    }
    node.line = event.line
    if let anchor = event.anchor {
      let size = Size(
        valuesCount: total.valuesCount - before.valuesCount, textBytes: total.textBytes - before.textBytes)
      anchors[anchor] = Anchored(node: node, size: size)
    }
    return node
  }

  private mutating func elements(depth: Int) throws(ManifestFault) -> [ManifestNode] {
    var elements: [ManifestNode] = []
    while true {
      let event = try next()
      if event.kind == .sequenceEnd { return elements }
      elements.append(try node(event, depth: depth + 1))
    }
  }

  private mutating func members(depth: Int) throws(ManifestFault) -> [ManifestNode.Member] {
    var members: [ManifestNode.Member] = []
    var names: Set<String> = []
    var merged: ManifestNode?
    while true {
      let event = try next()
      if event.kind == .mappingEnd { break }
      let (name, style) = try name(event, depth: depth)
      if !names.insert(name).inserted { throw fault("has \(name.quoted) twice in one mapping; keep one", event) }
      let value = try node(try next(), depth: depth + 1)
      if name == "<<", style == .plain {
        merged = value
      } else {
        members.append(ManifestNode.Member(name: name, style: style, value: value))
      }
    }
    // What a merge key brings yields to what is written, and of several the first counts (yaml.org/type/merge).
    for source in merged.map({ $0.elements ?? [$0] }) ?? [] {
      guard let others = source.members else {
        throw fault("has a merge key (<<) that names no mapping", line: source.line)
      }
      members += others.filter { names.insert($0.name).inserted }
    }
    return members
  }

  private mutating func name(_ event: YAMLEvent, depth: Int) throws(ManifestFault) -> (String, ManifestNode.Style) {
    let node = try node(event, depth: depth + 1)
    guard case .scalar(let name, let style) = node.value, !node.isNull else {
      throw fault("has \(node.kind) where the name of a member belongs", event)
    }
    if name.utf8.count > ManifestLimits.nameBytesMax {
      throw fault("has a name of more than \(ManifestLimits.nameBytesMax) bytes", event)
    }
    return (name, style == .literal ? .free : style)
  }

  private mutating func repeated(_ name: String, _ event: YAMLEvent) throws(ManifestFault) -> ManifestNode {
    guard let anchored = anchors[name] else {
      throw fault("repeats \("*\(name)".quoted), which is not defined before it; quote it if it is text", event)
    }
    try count(anchored.size, event)
    return anchored.node
  }

  private mutating func count(_ size: Size, _ event: YAMLEvent) throws(ManifestFault) {
    total.valuesCount += size.valuesCount
    total.textBytes += size.textBytes
    if total.valuesCount > ManifestLimits.valuesMax {
      throw fault("has more than \(ManifestLimits.valuesMax) values, aliases written out", event)
    }
    if total.textBytes > ManifestLimits.textBytesMax {
      throw fault("has more than \(ManifestLimits.textBytesMax >> 20) MiB of text, aliases written out", event)
    }
  }

  private mutating func next() throws(ManifestFault) -> YAMLEvent {
    do throws(YAMLFault) {
      return try events.next()
    } catch {
      throw ManifestFault(error.message, line: error.line, document: max(documentNumber, 1))
    }
  }

  private func fault(_ message: String, _ event: YAMLEvent) -> ManifestFault { fault(message, line: event.line) }

  private func fault(_ message: String, line: Int?) -> ManifestFault {
    ManifestFault(message, line: line, document: documentNumber)
  }

  /// Folded text is written as literal text, which is the same text.
  private static func style(_ style: YAMLEvent.Style) -> ManifestNode.Style {
    switch style {
    case .plain: .plain
    case .singleQuoted: .singleQuoted
    case .doubleQuoted: .doubleQuoted
    case .literal, .folded: .literal
    }
  }
}
