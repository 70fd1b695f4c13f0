import Foundation
import Testing

@testable import TLS

@Suite struct TLSContextTests {
  let certificates = Certificates.shared

  @Test func aMissingFileIsNamedWithTheSystemsReason() {
    let error = refusal { _ = try TLSContext.client(trust: .file("/no/such/ca.pem")) }
    #expect(error?.message == "/no/such/ca.pem: cannot be read: No such file or directory")
    let key = refusal { _ = try TLSContext.server(certificateFile: certificates.good.certificate, keyFile: "/no/key") }
    #expect(key?.message == "/no/key: cannot be read: No such file or directory")
  }

  @Test func aDirectoryIsNoFile() {
    let error = refusal { _ = try TLSContext.client(trust: .file(certificates.folder.path)) }
    guard case .unusableFile = error else { return #expect(error == nil) }
  }

  @Test func aFileWithoutCertificatesIsRefused() {
    let nonsense = certificates.path("nonsense.pem")
    let authorities = refusal { _ = try TLSContext.client(trust: .file(nonsense)) }
    #expect(
      authorities?.message
        == "\(nonsense): holds no usable PEM certificate: give the certificates of the authorities to trust")
    let certificate = refusal { _ = try server(nonsense, certificates.good.key) }
    #expect(
      certificate?.message
        == "\(nonsense): holds no usable PEM certificate: give the server's certificate first, then its intermediates")
    let key = refusal { _ = try server(certificates.good.certificate, nonsense) }
    #expect(
      key?.message
        == "\(nonsense): holds no usable PEM private key: give an RSA or EC key without a passphrase")
  }

  @Test func anEncryptedKeyIsRefusedWithoutAskingForItsPassphrase() {
    let encrypted = certificates.path("encrypted.key")
    let error = refusal { _ = try server(certificates.good.certificate, encrypted) }
    #expect(
      error?.message
        == "\(encrypted): holds no usable PEM private key: give an RSA or EC key without a passphrase")
  }

  @Test func aKeyOfAnotherCertificateIsRefused() {
    let error = refusal { _ = try server(certificates.good.certificate, certificates.elsewhere.key) }
    #expect(
      error?.message
        == "\(certificates.elsewhere.key): is not the key of the certificate in \(certificates.good.certificate)")
  }

  // MARK: the system's authorities

  @Test func aHashedDirectoryIsPreferredToABundle() throws {
    let hashed = try folder(with: "0a1b2c3d.0")
    let trust = try SystemTrust.find(directory: "/no/such:\(hashed)", file: nil, bundles: [certificates.authority])
    #expect(trust.directory == "/no/such:\(hashed)" && trust.file == nil)
  }

  @Test func aBundleIsTakenWhereNoDirectoryIsHashed() throws {
    let plain = try folder(with: "ca.pem")
    let trust = try SystemTrust.find(directory: plain, file: nil, bundles: ["/no/such", certificates.authority])
    #expect(trust.directory == nil && trust.file == certificates.authority)
  }

  @Test func aFileFromTheEnvironmentIsAddedToTheDirectory() throws {
    let hashed = try folder(with: "0a1b2c3d.0")
    let trust = try SystemTrust.find(directory: hashed, file: "/corporate.pem", bundles: [])
    #expect(trust.directory == hashed && trust.file == "/corporate.pem")
  }

  @Test func aMachineWithoutAuthoritiesIsToldWhatToInstall() {
    let error = refusal { _ = try SystemTrust.find(directory: "/no/such", file: nil, bundles: ["/no/bundle"]) }
    #expect(
      error?.message
        == "no trusted certificate authorities found in /no/such, /no/bundle: install the package ca-certificates,"
        + " or name a CA file")
  }

  private func server(_ certificate: String, _ key: String) throws -> TLSContext {
    try TLSContext.server(certificateFile: certificate, keyFile: key)
  }

  private func folder(with file: String) throws -> String {
    let folder = certificates.folder.appendingPathComponent(UUID().uuidString)
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    try Data().write(to: folder.appendingPathComponent(file))
    return folder.path
  }
}
