// StreamListener: a socket that accepts connections, on loopback TCP or a Unix path.

import CLibuv

/// Accepts connections and hands each to `accept` as an open `ByteStream`, which then owns it.
@safe @EventLoop
public final class StreamListener {
  private let memory: HandleMemory
  private let isPath: Bool
  private let accept: @EventLoop (ByteStream) -> Void
  /// Where it listens; a port asked for as 0 is the one the system chose.
  public private(set) var address: SocketAddress

  /// Listens on `address`; a path gets the mode and owner `access` says before anybody can connect. Throws
  /// `addressInUse`, `permissionDenied` and the like, naming the address.
  public init(
    on address: SocketAddress, backlog: Int32 = 1024, access: SocketAccess? = nil,
    _ accept: @escaping @EventLoop (ByteStream) -> Void
  ) throws(ReactorError) {
    if address.kind == .path {
      // libuv would cut it short and listen elsewhere.
      let bytes = address.host.utf8.count
      if bytes > SocketAddress.pathBytesMax {
        throw ReactorError(
          .system(UV_ENAMETOOLONG.rawValue), doing: "listen on \(address)",
          reason: "the path has \(bytes) bytes, and a socket's may have \(SocketAddress.pathBytesMax)")
      }
      try access?.makeFolder(of: address.host)
    }
    self.address = address
    self.accept = accept
    isPath = address.kind == .path
    memory = HandleMemory(isPath ? UV_NAMED_PIPE : UV_TCP)
    let loop = unsafe LoopExecutor.shared.loop
    // SAFETY: the memory is large enough for either kind of socket, and each is used as what it was initialised as.
    var status: Int32
    var isTaken = false
    if isPath {
      unsafe check(uv_pipe_init(loop, memory.asPipe, 0), "uv_pipe_init")
      isTaken = Self.removeAbandoned(address.host)
      status = unsafe uv_pipe_bind(memory.asPipe, address.host)
    } else {
      unsafe check(uv_tcp_init(loop, memory.asTCP), "uv_tcp_init")
      status = unsafe address.withSockaddr { unsafe uv_tcp_bind(memory.asTCP, $0, 0) }
    }
    memory.belongs(to: self)
    if status == 0, isPath, let access {
      do {
        try access.apply(to: address.host)
      } catch {
        close()
        throw error
      }
    }
    if status == 0 {
      status = unsafe uv_listen(memory.asStream, backlog, Self.arrived)
    }
    if status != 0 {
      close()
      let error = ReactorError(uv: status, doing: "listen on \(address)")
      throw isTaken ? ReactorError(error.code, doing: error.doing, reason: "another process listens there") : error
    }
    if !isPath {
      var name = sockaddr_storage()
      var size = Int32(MemoryLayout<sockaddr_storage>.size)
      // SAFETY: the storage fits any address and its size is given.
      let bound = unsafe withUnsafeMutablePointer(to: &name) { pointer -> SocketAddress? in
        let raw = unsafe UnsafeMutableRawPointer(pointer).assumingMemoryBound(to: sockaddr.self)
        return unsafe uv_tcp_getsockname(memory.asTCP, raw, &size) == 0 ? SocketAddress(raw) : nil
      }
      if let bound { self.address = bound }
    }
  }

  private nonisolated static let arrived: uv_connection_cb = { stream, status in
    guard status == 0, let listener: StreamListener = unsafe HandleMemory.owner(of: stream) else { return }
    LoopExecutor.enter { listener.take() }
  }

  private func take() {
    let client = ByteStream(isPath: isPath)
    guard unsafe uv_accept(memory.asStream, client.memory.asStream) == 0 else { return client.close() }
    assert(!memory.isClosed, "a connection came to \(address), where nobody listens any more")
    client.peer = isPath ? "agent on \(address)" : "agent"
    client.settle()
    accept(client)
  }

  /// Accepts no more; connections already accepted are not touched.
  public func close() { memory.close() }
}
