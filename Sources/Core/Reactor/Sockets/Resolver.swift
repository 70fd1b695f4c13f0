// Resolver: host names to addresses, through the system's own resolver on the worker pool.

import CLibuv

public enum Resolver {
  /// The addresses of `host` in the system's order of preference. An IP address resolves to itself without a look-up.
  /// Throws `nameNotFound`, or `timedOut`: the system itself may wait half a minute for a name server.
  @EventLoop public static func addresses(
    of host: String, port: UInt16, timeoutMs: Int64
  ) async throws(ReactorError) -> [SocketAddress] {
    if let literal = SocketAddress(ip: host, port: port) { return [literal] }
    let lookup = Lookup(port: port)
    let patience = Timer { lookup.ended(UV_ETIMEDOUT.rawValue, []) }
    patience.set(milliseconds: timeoutMs)
    defer { patience.close() }
    unsafe await withUnsafeContinuation { continuation in
      unsafe lookup.continuation = continuation
      let request = UnsafeMutablePointer<uv_getaddrinfo_t>.allocate(capacity: 1)
      unsafe request.pointee.data = Unmanaged.passRetained(lookup).toOpaque()
      var hints = unsafe addrinfo()
      unsafe hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
      // SAFETY: libuv copies host and hints; the look-up is retained for its one callback.
      let status = unsafe uv_getaddrinfo(LoopExecutor.shared.loop, request, Self.answered, host, nil, &hints)
      if status != 0 {
        unsafe Unmanaged<Lookup>.fromOpaque(request.pointee.data).release()
        unsafe request.deallocate()
        lookup.ended(status, [])
      }
    }
    if lookup.status != 0 { throw ReactorError(uv: lookup.status, doing: "look up \(host)") }
    return lookup.addresses
  }

  private nonisolated static let answered: uv_getaddrinfo_cb = { request, status, list in
    let lookup = unsafe Unmanaged<Lookup>.fromOpaque(request!.pointee.data).takeRetainedValue()
    unsafe request!.deallocate()
    var addresses: [SocketAddress] = []
    // SAFETY: the list getaddrinfo made, read here and freed once.
    var item = unsafe list
    while let found = unsafe item {
      if let address = unsafe SocketAddress(found.pointee.ai_addr) { addresses.append(address) }
      unsafe item = found.pointee.ai_next
    }
    unsafe uv_freeaddrinfo(list)
    LoopExecutor.enter { lookup.ended(status, addresses) }
  }

  @safe @EventLoop private final class Lookup {
    let port: UInt16
    var status: Int32 = 0
    var addresses: [SocketAddress] = []
    var continuation: UnsafeContinuation<Void, Never>?

    init(port: UInt16) { self.port = port }

    /// The first end counts; an answer after the deadline finds nobody waiting.
    func ended(_ status: Int32, _ found: [SocketAddress]) {
      guard let sleeper = unsafe continuation else { return }
      unsafe continuation = nil
      self.status = status
      addresses = found.compactMap { SocketAddress(ip: $0.host, port: port) }
      unsafe sleeper.resume()
    }
  }
}
