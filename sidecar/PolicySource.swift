// PolicySource: where the policy comes from, and when it has changed.

import Exchange
import Gateway
import Policy
import Reactor

/// A file, read at start, on SIGHUP and when it changes; or the environment, read once.
struct PolicySource: Sendable {
  static let bytesMax = 4 << 20

  let file: String?
  let environment: [String: String]
  /// What the file was before it was first read: every later change is to be noticed.
  let stamp: FileStamp?

  init(file: String?, environment: [String: String]) {
    self.file = file
    self.environment = environment
    stamp = file.map { FileStamp(of: $0) }
  }

  /// The policy as it stands now. Blocks; throws one line per problem.
  func read() throws(PolicyProblem) -> Policy {
    do {
      guard let file else { return try Policy.fromEnvironment(environment) }
      let bytes = try Files.read(file, bytesMax: Self.bytesMax)
      return try Policy.load(bytes: bytes.span, file: file)
    } catch let error as PolicyError {
      throw PolicyProblem(text: error.description, isInvalid: true)
    } catch let error as ReactorError {
      throw PolicyProblem(text: "--policy \(file ?? ""): \(error.reason)", isInvalid: false)
    } catch {
      throw PolicyProblem(text: "\(error)", isInvalid: false)
    }
  }
}

/// Why there is no policy: it is invalid, or its file cannot be read.
struct PolicyProblem: Error {
  let text: String
  let isInvalid: Bool
}
