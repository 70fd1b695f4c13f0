// Files+Zones: the files of the time zone database.

extension Files {
  /// A file of the database, for who reads zones; nil where there is none.
  public static func zone(_ path: String) -> [UInt8]? { try? read(path, bytesMax: 1 << 20) }
}
