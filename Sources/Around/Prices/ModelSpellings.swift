// ModelSpellings: the names under which a model may stand on a price list, for a name it is called by.

import Providers

/// Rules of naming. They only ever take something off a name: a model with a price of its own is
/// found by its own name first.
enum ModelSpellings {
  /// The name itself, then shorter ones; the first that has a price is right.
  static func of(_ model: String, named naming: Provider.ModelNaming) -> [String] {
    var names = [model]
    func addEach(_ shorten: (String) -> String?) { names += names.compactMap(shorten).filter { !names.contains($0) } }
    switch naming {
    case .plain: break
    case .resource: addEach { without("models/", before: $0) }
    case .fineTuned:
      // A fine-tuned model is ft:BASE:organisation:name:id and costs what fine-tuned models of its base cost.
      addEach { name in
        let parts = name.split(separator: ":", omittingEmptySubsequences: false)
        return parts.count > 2 && parts[0] == "ft" ? "ft:\(parts[1])" : nil
      }
    case .amazonResource:
      addEach(resource)
      // First to regional., then to the model itself.
      addEach(geography)
      addEach(geography)
    }
    addEach(undated)
    addEach { without("-latest", after: $0) }
    return names
  }

  /// `gpt-4o` of `gpt-4o-2024-11-20`, `claude-opus-4-5` of `claude-opus-4-5-20251101`.
  private static func undated(_ name: String) -> String? {
    let bytes = Array(name.utf8)
    for shape in ["-dddd-dd-dd", "-dddddddd"] where bytes.count > shape.utf8.count {
      let end = bytes.suffix(shape.utf8.count)
      let fits = zip(end, shape.utf8).allSatisfy { byte, wanted in
        wanted == UInt8(ascii: "d") ? (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) : byte == wanted
      }
      if fits { return String(decoding: bytes.dropLast(end.count), as: UTF8.self) }
    }
    return nil
  }

  /// The model's id of an ARN that contains it. What an application inference profile stands for its name does not say.
  private static func resource(_ name: String) -> String? {
    guard name.hasPrefix("arn:"), let slash = name.utf8.lastIndex(of: UInt8(ascii: "/")) else { return nil }
    let kind = name[..<slash].split(separator: ":").last
    guard kind == "foundation-model" || kind == "inference-profile" else { return nil }
    return String(name[name.utf8.index(after: slash)...])
  }

  /// docs.aws.amazon.com/bedrock, cross-region inference: an inference profile is GEOGRAPHY.MODEL. Where a model costs
  /// the same in each, the table has it once, as `regional.MODEL`; `global.` costs what the model itself does.
  /// The government's regions have prices of their own, or none that are known.
  private static func geography(_ name: String) -> String? {
    guard let dot = name.utf8.firstIndex(of: UInt8(ascii: ".")) else { return nil }
    let model = name[name.utf8.index(after: dot)...]
    switch name[..<dot] {
    case "us", "eu", "apac", "au", "jp", "in", "ca": return "regional.\(model)"
    case "regional", "global": return String(model)
    default: return nil
    }
  }

  private static func without(_ start: String, before name: String) -> String? {
    name.hasPrefix(start) ? String(name.dropFirst(start.count)) : nil
  }

  private static func without(_ end: String, after name: String) -> String? {
    name.hasSuffix(end) ? String(name.dropLast(end.count)) : nil
  }
}
