// Interfaces: the two definitions this program carries in itself and serves.

extension InterfaceDefinition {
  /// Budgets, chains and backends: the file io.aigw.Control.varlink.
  public static let control = embedded(PackageResources.io_aigw_Control_varlink)
  /// What every Varlink service has.
  public static let service = embedded(PackageResources.org_varlink_service_varlink)

  private static func embedded(_ bytes: [UInt8]) -> InterfaceDefinition {
    do {
      return try InterfaceDefinition(String(decoding: bytes, as: UTF8.self))
    } catch {
      preconditionFailure("an interface definition in this program cannot be read: \(error)")
    }
  }
}
