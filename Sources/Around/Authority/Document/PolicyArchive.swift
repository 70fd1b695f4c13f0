// PolicyArchive: the accepted policy on disk, found again after a restart, a kill or a loss of power.

import Bytes
import Exchange
import JSON
import Policy
import Reactor

/// `policy.json` in the state folder, `{"generation": 7, "source": "aigw.yaml", "policy": {...}, "base": {...}}`, and the
/// one before it as `policy.previous.json`. Blocking: for start-up and the worker pool.
struct PolicyArchive: Sendable {
  let folder: String
  /// What the policy came from, by name.
  let source: String

  private var path: String { folder + "/policy.json" }
  private var previous: String { folder + "/policy.previous.json" }

  /// Makes `version` the one that is found. On a throw the old one still is.
  func save(_ version: PolicyVersion) throws(ReactorError) {
    var content = ByteBuffer(minimumCapacity: version.text.count)
    content.append("{\"generation\":")
    content.append(decimal: Int(version.generation.number))
    content.append(",\"source\":")
    JSONText.appendQuoted(source, to: &content)
    content.append(",\"policy\":")
    content.append(version.text.span)
    content.append(",\"base\":")
    version.base.write(into: &content)
    content.append("}")
    try Files.replace(path, with: [UInt8](content.span), previous: previous)
  }

  /// Whether what is saved came from the same source as now: only then it stands in for one that cannot be read.
  var isOfThisSource: Bool {
    guard let bytes = try? Files.read(path, bytesMax: 3 * Limits.policyBytesMax) else { return false }
    return (try? JSONValue.parse(bytes.span))?["source"]?.string == source
  }

  /// The newest version that can be used; nil where none was ever saved. A file that is damaged, or invalid for this
  /// release, is renamed to `NAME.corrupt-TIME` and told of in `warnings`. Then the one before it counts, under a number
  /// of its own, since the number after it may have been in force with other content.
  func load(at now: WallTime, warnings: inout [String]) throws(ReactorError) -> PolicyVersion? {
    var lost: Int64 = 0
    for file in [path, previous] where FileStamp(of: file).exists {
      let bytes = try Files.read(file, bytesMax: 3 * Limits.policyBytesMax)
      do throws(Damage) {
        let version = try Self.read(bytes, file: file)
        let number = version.generation.number + (lost == 0 ? 0 : lost + 1)
        return PolicyVersion(
          generation: Generation(number), document: version.document, base: version.base, policy: version.policy,
          text: version.text)
      } catch {
        lost += 1
        let aside = file + ".corrupt-\(now.milliseconds)"
        try Files.move(file, to: aside)
        warnings.append("\(file) \(error.reason). It was set aside as \(aside).")
      }
    }
    return nil
  }

  private struct Damage: Error { let reason: String }

  private static func read(_ bytes: [UInt8], file: String) throws(Damage) -> PolicyVersion {
    let root: JSONValue
    do throws(JSONError) {
      root = try JSONValue.parse(bytes.span)
    } catch { throw Damage(reason: "is damaged (\(error))") }
    guard let number = root["generation"]?.integer, number > 0, let document = root["policy"] else {
      throw Damage(reason: "is no saved policy of aigw")
    }
    do throws(PolicyError) {
      let text = document.bytes
      return PolicyVersion(
        generation: Generation(number), document: document, base: root["base"] ?? .object([]),
        policy: try Policy.read(text), text: text)
    } catch { throw Damage(reason: "is not valid for this release (\(error.diagnostics[0].text))") }
  }
}

extension JSONValue {
  /// As compact JSON.
  public var bytes: [UInt8] {
    var buffer = ByteBuffer()
    write(into: &buffer)
    return [UInt8](buffer.span)
  }
}
