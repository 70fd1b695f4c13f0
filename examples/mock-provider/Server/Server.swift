// Server: listens, and gives each connection a task of its own.

import Glibc
import Reactor
import TLS

@EventLoop
final class Server {
  /// The one of this program, kept for as long as it runs.
  static var shared: Server?

  private var listener: StreamListener?
  private var signals: [SignalWatcher] = []

  var address: SocketAddress { listener!.address }

  /// Listens from now on; throws when the address cannot be had.
  init(on address: SocketAddress, tls: TLSContext?, _ keys: Keys) throws(ReactorError) {
    let provider = Provider(keys)
    listener = try StreamListener(on: address) { stream in
      guard let connection = try? Connection(stream, tls: tls, provider) else { return stream.close() }
      EventLoop.spawn { await connection.serve() }
    }
    signals = [SIGTERM, SIGINT].map { SignalWatcher($0) { exit(0) } }
  }
}
