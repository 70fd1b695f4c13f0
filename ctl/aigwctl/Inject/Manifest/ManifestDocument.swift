// ManifestDocument: one object of a manifest, or a List of them; and the files they are read from.

import Bytes
import JSON
import Reactor

struct ManifestDocument {
  /// Of its file, counted from 1.
  let number: Int
  var root: ManifestNode
}

struct ManifestFile {
  enum Format {
    case yaml
    case json
  }

  let name: String
  let format: Format
  var documents: [ManifestDocument]

  /// - Parameter path: `-` for standard input.
  init(path: String) throws(Failure) {
    let name = path == "-" ? "standard input" : path
    let bytes: [UInt8]
    do throws(ReactorError) {
      bytes = try Files.read(path == "-" ? "/dev/stdin" : path, bytesMax: ManifestLimits.bytesMax)
    } catch { throw Failure(.usage, "\(name.visible): \(error.reason).") }
    do throws(ManifestFault) {
      try self.init(bytes: bytes, name: name)
    } catch { throw Failure(.usage, error.description(of: name)) }
  }

  init(bytes: [UInt8], name: String) throws(ManifestFault) {
    self.name = name
    let span = bytes.span
    // A brace may also begin YAML in flow style; then the JSON parser's complaint says less than libyaml's.
    let isBraced = bytes.first { ![0x20, 0x09, 0x0A, 0x0D].contains($0) } == UInt8(ascii: "{")
    if isBraced, let json = try? JSONValue.parse(span, rejectingDuplicates: true) {
      guard ManifestNode.isBounded(json) else {
        throw ManifestFault("is nested deeper than \(ManifestLimits.depthMax) levels", document: 1)
      }
      format = .json
      documents = [ManifestDocument(number: 1, root: ManifestNode(json))]
    } else {
      format = .yaml
      var reader = ManifestReader(span)
      documents = try reader.documents()
    }
    if documents.isEmpty { throw ManifestFault("holds no Kubernetes object") }
    for document in documents {
      guard document.root["apiVersion"]?.text != nil, document.root["kind"]?.text != nil else {
        let what =
          document.root.members == nil ? "is \(document.root.kind), not a Kubernetes object" : "is no Kubernetes object"
        throw ManifestFault(
          "\(what): it has no apiVersion and kind", line: document.root.line, document: document.number)
      }
    }
  }

  /// The text of all files after `body` has changed their pods; nothing of it where one cannot be changed.
  static func edit(
    _ paths: [String], _ body: (_ pod: inout ManifestNode, _ workload: Workload) throws(ManifestFault) -> Void
  ) throws(Failure) -> String {
    var files: [ManifestFile] = []
    for path in paths { files.append(try ManifestFile(path: path)) }
    for index in files.indices {
      do throws(ManifestFault) {
        try files[index].forEachPod(body)
      } catch { throw Failure(error.isRefusal ? .refused : .usage, error.description(of: files[index].name)) }
    }
    return text(files)
  }

  private mutating func forEachPod(
    _ body: (_ pod: inout ManifestNode, _ workload: Workload) throws(ManifestFault) -> Void
  ) throws(ManifestFault) {
    for index in documents.indices {
      do throws(ManifestFault) {
        try documents[index].root.forEachPod(body)
      } catch {
        var error = error
        error.document = documents[index].number
        throw error
      }
    }
  }

  /// One text of all files: JSON objects one after the other when all are, else YAML.
  static func text(_ files: [ManifestFile]) -> String {
    let isJSON = files.allSatisfy { $0.format == .json }
    return files.flatMap(\.documents).map { isJSON ? $0.root.json : $0.root.yaml }
      .joined(separator: isJSON ? "" : "---\n")
  }
}

extension ManifestNode {
  fileprivate static func isBounded(_ json: JSONValue, depth: Int = 1) -> Bool {
    if depth > ManifestLimits.depthMax { return false }
    let parts = json.elements ?? json.members?.map(\.value) ?? []
    return parts.allSatisfy { isBounded($0, depth: depth + 1) }
  }
}
