// TLSContext from files: trusted authorities, a server's certificate and its key; a bad file is named.

internal import COpenSSL
import Glibc

extension TLSContext {
  func load(_ trust: Trust) throws(TLSError) {
    switch trust {
    case .file(let path):
      try loadAuthorities(path)
    case .system:
      let system = try SystemTrust.find()
      // SAFETY: OpenSSL copies the path.
      if let directory = system.directory { unsafe _ = SSL_CTX_load_verify_dir(handle, directory) }
      if let file = system.file { try loadAuthorities(file) }
    }
  }

  func load(certificateFile: String, keyFile: String) throws(TLSError) {
    try checkReadable(certificateFile)
    try checkReadable(keyFile)
    ERR_clear_error()
    // SAFETY: the paths live for the length of the calls.
    guard unsafe SSL_CTX_use_certificate_chain_file(handle, certificateFile) == 1 else {
      throw Self.unusable(
        certificateFile, "holds no usable PEM certificate: give the server's certificate first, then its intermediates")
    }
    guard unsafe SSL_CTX_use_PrivateKey_file(handle, keyFile, SSL_FILETYPE_PEM) == 1 else {
      let error = OpenSSLError.take()
      if error?.library == ERR_LIB_X509, error?.reason == X509_R_KEY_VALUES_MISMATCH {
        throw .unusableFile(path: keyFile, problem: "is not the key of the certificate in \(certificateFile)")
      }
      throw .unusableFile(
        path: keyFile, problem: "holds no usable PEM private key: give an RSA or EC key without a passphrase")
    }
  }

  private func loadAuthorities(_ path: String) throws(TLSError) {
    try checkReadable(path)
    ERR_clear_error()
    // SAFETY: the path lives for the length of the call.
    guard unsafe SSL_CTX_load_verify_file(handle, path) == 1 else {
      throw Self.unusable(path, "holds no usable PEM certificate: give the certificates of the authorities to trust")
    }
  }

  /// OpenSSL's words for what was wrong stay out: they name its functions, not the user's mistake.
  private static func unusable(_ path: String, _ problem: String) -> TLSError {
    ERR_clear_error()
    return .unusableFile(path: path, problem: problem)
  }

  /// A file that cannot be opened is refused in the system's words.
  private func checkReadable(_ path: String) throws(TLSError) {
    let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC)
    if descriptor < 0 {
      // SAFETY: strerror's text is copied at once.
      throw .unusableFile(path: path, problem: unsafe "cannot be read: " + String(cString: strerror(errno)))
    }
    close(descriptor)
  }
}
