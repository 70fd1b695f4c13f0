// ManifestLimits: how much a manifest may hold. A cluster's objects have at most 1.5 MiB each.

enum ManifestLimits {
  /// A list of thousands of pods is as large.
  static let bytesMax = 32 << 20
  /// Values of one file, those that aliases repeat counted again.
  static let valuesMax = 1 << 20
  /// Text of one file, counted likewise: aliases of long texts multiply.
  static let textBytesMax = 64 << 20
  static let depthMax = 100
  /// libyaml reads names of up to 1024 characters; names in Kubernetes have at most 317.
  static let nameBytesMax = 1000
}
