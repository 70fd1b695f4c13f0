// Address: where a backend is, as written or made from what its provider asks for.

import Providers

/// The fields of a backend that say where it is.
struct Address {
  static let fields = ["baseURL", "region", "project", "location", "resource", "apiVersion"]

  /// nil where it cannot be told; that was reported.
  let baseURL: Policy.BaseURL?
  /// Which AWS region signatures are for.
  let region: String?
  let apiVersion: String?

  init(_ fields: Fields, of provider: Provider, _ diagnostics: inout Diagnostics) {
    let written = fields["baseURL"].flatMap { Policy.BaseURL($0, &diagnostics) }
    // A misspelt address is not a missing one.
    let isWritten = !fields.lacks("baseURL")
    func part(_ name: String, _ example: String, isNeeded: Bool) -> String? {
      if isNeeded, fields.lacks(name) {
        fields.place.report("has no \(name), of which \(provider.name)'s address is made; \(example)", &diagnostics)
      }
      return fields[name].flatMap { Self.label($0, &diagnostics) }
    }
    var used: Set<String> = ["baseURL"]
    var made: String?
    var region: String?
    var apiVersion: String?
    switch provider.endpoint {
    case .address(let usual): made = usual
    case .azureResource:
      used = ["baseURL", "resource", "apiVersion"]
      apiVersion = fields["apiVersion"].flatMap { Self.label($0, &diagnostics) }
      let resource = part("resource", "write resource: NAME as in NAME.openai.azure.com", isNeeded: !isWritten)
      made = resource.map { Provider.Endpoint.azure(resource: $0, isDated: apiVersion != nil) }
    case .awsRegion(let host, _):
      used = ["baseURL", "region"]
      // Signatures name the region, whatever the address.
      region = part("region", "write region: us-east-1", isNeeded: !isWritten || fields.signsForAWS)
      made = region.map { Provider.Endpoint.aws(host: host, region: $0) }
    case .googleProject:
      used = ["baseURL", "project", "location"]
      let project = part("project", "write project: ID", isNeeded: !isWritten)
      let location = part("location", "write location: us-central1, or global", isNeeded: !isWritten)
      if let project, let location { made = Provider.Endpoint.google(project: project, location: location) }
    }
    for name in Self.fields where !used.contains(name) {
      fields[name]?.report("has no meaning for \(provider.name); remove it", &diagnostics)
    }
    for name in ["resource", "project", "location"] where isWritten && used.contains(name) {
      fields[name]?.report("is a part of the address that baseURL gives whole; keep one of the two", &diagnostics)
    }
    let isDated = apiVersion != nil
    baseURL =
      isWritten
      ? written.map { provider.completed($0, isDated: isDated) } : made.flatMap { try? Policy.BaseURL(parsing: $0) }
    self.region = region
    self.apiVersion = apiVersion
  }

  /// A word that becomes part of a host or a path.
  private static func label(_ place: Place, _ diagnostics: inout Diagnostics) -> String? {
    guard let text = place.text(&diagnostics) else { return nil }
    let isInside = text.utf8.allSatisfy { ($0.isLetter && $0 >= 97) || $0.isDigit || $0 == UInt8(ascii: "-") }
    if isInside, (1...63).contains(text.utf8.count), text.utf8.first != 45, text.utf8.last != 45 { return text }
    place.report("must be 1 to 63 lower-case letters, digits and hyphens", &diagnostics)
    return nil
  }
}

extension Fields {
  /// The credential signs requests as AWS wants them signed.
  fileprivate var signsForAWS: Bool { self["auth"]?.names.contains("aws") ?? false }
}
