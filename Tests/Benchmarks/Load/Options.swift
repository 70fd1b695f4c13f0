// Options: the command line, and the request it describes.

import Glibc

/// What the command line said; `Problem` says what is wrong with it.
struct Options {
  struct Problem: Error { let text: String }

  static let usage = """
    usage: aigw-load MODE --port PORT --body FILE [--path PATH] [--header 'NAME: VALUE']... [options]
      closed  --connections N --seconds S            as many requests as come back
      open    --connections N --seconds S --rate R   R requests a second, come what may
      stream  --connections N --streams K            K event streams on each connection
      hold    --streams N --seconds S                N event streams open at once
      once    --seconds S                            the moment of the first 200
      --spread S: stream and hold start their connections evenly over S seconds (default 1)
    Prints one JSON object. Exits with 1 when more than one request in a thousand failed.
    """

  private let mode: String
  private var values: [String: String] = ["path": "/", "spread": "1"]
  private var headers: [String] = []

  init(_ arguments: [String]) throws(Problem) {
    guard let mode = arguments.first else { throw Problem(text: Self.usage) }
    self.mode = mode
    var rest = arguments.dropFirst()
    while let flag = rest.popFirst() {
      guard flag.hasPrefix("--"), let value = rest.popFirst() else { throw Problem(text: Self.usage) }
      if flag == "--header" { headers.append(value) } else { values[String(flag.dropFirst(2))] = value }
    }
  }

  func run() throws(Problem) -> Report {
    let target = try target()
    switch mode {
    case "closed":
      return ClosedLoop(target: target, connections: try count("connections"), seconds: try number("seconds")).run()
    case "open":
      return OpenLoop(
        target: target, connections: try count("connections"), ratePerSecond: try number("rate"),
        seconds: try number("seconds")
      ).run()
    case "stream":
      return Streams(
        target: target, connections: try count("connections"), streamsEach: try count("streams"),
        spreadSeconds: try number("spread")
      ).run()
    case "hold":
      return Hold(
        target: target, streams: try count("streams"), seconds: try number("seconds"),
        spreadSeconds: try number("spread")
      ).run()
    case "once": return Once(target: target, secondsMax: try number("seconds")).run()
    default: throw Problem(text: Self.usage)
    }
  }

  private func target() throws(Problem) -> Target {
    guard let port = UInt16(try value("port")) else { throw Problem(text: "--port is no port number") }
    let body = try contents(of: try value("body"))
    var head = "POST \(try value("path")) HTTP/1.1\r\nhost: 127.0.0.1:\(port)\r\ncontent-type: application/json\r\n"
    for header in headers { head += header + "\r\n" }
    head += "content-length: \(body.count)\r\n\r\n"
    return Target(port: port, request: Array(head.utf8) + body)
  }

  private func contents(of path: String) throws(Problem) -> [UInt8] {
    // SAFETY: the path is lent as a C string for the length of the call.
    let file = unsafe open(path, O_RDONLY)
    if file < 0 { throw Problem(text: "\(path): errno \(errno)") }
    defer { close(file) }
    var all: [UInt8] = []
    var part = [UInt8](repeating: 0, count: 65_536)
    while true {
      // SAFETY: the kernel fills at most `part.count` bytes of it.
      let count = unsafe part.withUnsafeMutableBytes { unsafe read(file, $0.baseAddress!, $0.count) }
      if count < 0 { throw Problem(text: "\(path): errno \(errno)") }
      if count == 0 { return all }
      all += part[..<count]
    }
  }

  private func value(_ name: String) throws(Problem) -> String {
    guard let value = values[name] else { throw Problem(text: "--\(name) is missing\n" + Self.usage) }
    return value
  }

  private func number(_ name: String) throws(Problem) -> Double {
    guard let number = Double(try value(name)), number > 0 else {
      throw Problem(text: "--\(name) is no number above 0")
    }
    return number
  }

  private func count(_ name: String) throws(Problem) -> Int { Int(try number(name)) }
}
