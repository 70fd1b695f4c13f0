// Options: the command line.

import Reactor
import TLS

/// What the command line said; `Problem` says what is wrong with it in one line.
struct Options: Sendable {
  struct Problem: Error { let text: String }

  private(set) var listen = SocketAddress(ip: "127.0.0.1", port: 9000)!
  /// Paths of a PEM certificate and its key.
  private(set) var tls: (certificate: String, key: String)?

  /// What Bedrock's requests must be signed with.
  private(set) var keys = Keys()

  init(_ arguments: [String]) throws(Problem) {
    var rest = arguments[...]
    while let flag = rest.popFirst() {
      switch flag {
      case "--listen":
        let text = rest.popFirst() ?? ""
        guard let address = SocketAddress(text) else {
          throw Problem(text: "--listen wants an address and a port such as 127.0.0.1:9000, not '\(text)'")
        }
        listen = address
      case "--tls":
        guard let certificate = rest.popFirst(), let key = rest.popFirst() else {
          throw Problem(text: "--tls wants two files: a PEM certificate and its key")
        }
        tls = (certificate, key)
      case "--aws":
        guard let id = rest.popFirst(), let secret = rest.popFirst() else {
          throw Problem(text: "--aws wants an access key's id and its secret")
        }
        keys = Keys(aws: .init(id: id, secret: secret))
      default: throw Problem(text: "'\(flag)' is not a flag of aigw-mock; --help lists them")
      }
    }
  }

  /// What is needed to accept TLS connections; nil for plain ones.
  func context() throws(Problem) -> TLSContext? {
    guard let tls else { return nil }
    do throws(TLSError) {
      return try TLSContext.server(certificateFile: tls.certificate, keyFile: tls.key)
    } catch {
      throw Problem(text: "--tls: \(error.message)")
    }
  }

  static let help = """
    usage: aigw-mock [--listen ADDRESS:PORT] [--tls CERT KEY] [--aws ID SECRET]

      --listen ADDRESS:PORT   where to listen (127.0.0.1:9000); port 0 lets the system choose
      --tls CERT KEY          speak TLS with this PEM certificate and key
      --aws ID SECRET         403 for calls of Bedrock that this key has not signed; without it any signature will do
      --help                  this text

    Plays OpenAI, Azure, Anthropic, Gemini, Bedrock and Cohere, each at its own paths; other paths are described back.
    Prints "listening on ADDRESS:PORT" when it is ready. Ends with 0 on SIGTERM and SIGINT.

    \(Knobs.help)

    \(UsageRule.help)

    A line of the last question steers the answer: "call tool NAME" (several make parallel calls), "think",
    "think redacted", "refuse", "explain", "cached N", "created N"; the README says what each does.

      GET  /mock/ledger   every call and what it was billed, as JSON
      POST /mock/reset    forget them
    """
}
