// PolicyDocument: what a person wrote, before anybody asks whether it is a policy: one file, or the files of a folder.

/// A document whose syntax is right. Whether it is a policy `policy()` says; what JSON it is `json` says.
public struct PolicyDocument: Equatable, Sendable {
  /// A file as it was read.
  public struct File: Sendable {
    /// As the user gave it: diagnostics begin with it.
    public let name: String
    public let bytes: [UInt8]

    public init(name: String, bytes: [UInt8]) {
      self.name = name
      self.bytes = bytes
    }
  }

  let root: Node
  /// What the `file` of a position counts.
  let files: [String]

  init(root: Node, files: [String]) {
    self.root = root
    self.files = files
  }

  /// Reads one document in YAML, or in JSON when it starts with `{`.
  ///
  /// - Parameter file: its name as the user gave it, for the diagnostics.
  /// - Throws: the one fault after which a file's bytes are no document.
  public init(bytes: Span<UInt8>, file: String) throws(PolicyError) {
    do {
      root = try Node.read(bytes)
      files = [file]
    } catch {
      throw PolicyError([Diagnostic(file: file, position: error.position, path: "", message: error.message)])
    }
  }

  /// Reads several files as one document: a section (`backends`, `budgets`, `limits`) has the entries of all files that
  /// have it, in the order of the files. An entry that two files have is reported by `policy()` with both places.
  ///
  /// - Throws: for each file that is no document the first fault.
  public init(merging files: [File]) throws(PolicyError) {
    self.files = files.map(\.name)
    if files.isEmpty {
      root = Node(value: .null, position: Position(line: 1, column: 1))
      return
    }
    let bytesCount = files.reduce(0) { $0 + $1.bytes.count }
    if bytesCount > Node.Bounds.bytesMax {
      let message = "and the other files are \(bytesCount) bytes long; a policy has at most \(Node.Bounds.bytesMax)"
      throw PolicyError([Diagnostic(file: files[0].name, position: nil, path: "", message: message)])
    }
    var documents: [Node] = []
    var faults: [Diagnostic] = []
    for (index, file) in files.enumerated() {
      do {
        documents.append(try Node.read(file.bytes.span, file: index))
      } catch {
        faults.append(Diagnostic(file: file.name, position: error.position, path: "", message: error.message))
      }
    }
    if !faults.isEmpty { throw PolicyError(faults) }
    root = Node.merged(documents)
  }

  /// Which files of a folder are parts of its policy, in the order in which they are merged: `*.yaml`, `*.yml` and
  /// `*.json` by name. Hidden ones are not: a mounted ConfigMap keeps its older versions so.
  public static func parts(among names: [String]) -> [String] {
    names.filter { name in
      !name.hasPrefix(".") && [".yaml", ".yml", ".json"].contains { name.hasSuffix($0) }
    }.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
  }

  /// The policy it spells. Throws every fault found, in the order of the files.
  public func policy() throws(PolicyError) -> Policy {
    var diagnostics = Diagnostics(files: files.isEmpty ? ["policy"] : files)
    let policy = Policy.decode(Place(node: root, path: .root), &diagnostics)
    if let refusal = diagnostics.refusal { throw refusal }
    guard let policy else { preconditionFailure("a policy failed to decode and nobody said why: \(files)") }
    return policy
  }
}

extension Node {
  /// The entries of all roots; a section that several of them have as a mapping becomes one.
  fileprivate static func merged(_ roots: [Node]) -> Node {
    var sections: [Entry] = []
    for root in roots where !root.isNull {
      // A root that is no mapping is the document: decoding it says what is wrong, and where.
      guard case .mapping(let entries) = root.value else { return root }
      for entry in entries {
        let known = sections.firstIndex { $0.key == entry.key && $0.position.file != entry.position.file }
        guard let known, let joined = sections[known].value.joined(with: entry.value) else {
          sections.append(entry)
          continue
        }
        sections[known] = Entry(key: entry.key, position: sections[known].position, value: joined)
      }
    }
    return Node(value: .mapping(sections), position: roots[0].position)
  }

  /// nil when the two cannot be one section: then the second stays an entry of its own, which is reported as repeated.
  private func joined(with other: Node) -> Node? {
    switch (value, other.value) {
    case (.null, _): other
    case (_, .null): self
    case (.mapping(let mine), .mapping(let theirs)): Node(value: .mapping(mine + theirs), position: position)
    default: nil
    }
  }
}
