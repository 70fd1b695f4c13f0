// ProcessIdentity: which process this is, for leases, receipts and people.

import Authority
import Exchange
import Glibc
import Reactor

enum ProcessIdentity {
  static let pid = getpid()

  /// `namespace/pod` where the downward API says so, else `host:pid`; the holder is new in every process.
  static func sidecar(_ environment: [String: String]) -> SidecarIdentity {
    var random = SystemRandomNumberGenerator()
    let digits = RequestID(high: random.next(), low: random.next()).description
    let name: String
    if let pod = environment["POD_NAME"], !pod.isEmpty {
      name = (environment["POD_NAMESPACE"].map { $0 + "/" } ?? "") + pod
    } else {
      name = "\(host):\(pid)"
    }
    return SidecarIdentity(holder: HolderName(digits), name: name, version: Release.version)
  }

  private static var host: String {
    let name = (try? Files.read("/proc/sys/kernel/hostname", bytesMax: 256)) ?? []
    let text = String(decoding: name.prefix { $0 > 32 }, as: UTF8.self)
    return text.isEmpty ? "localhost" : text
  }
}
