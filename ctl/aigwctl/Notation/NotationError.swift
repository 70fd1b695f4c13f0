// NotationError: why an argument cannot be understood, and what to write instead.

/// A mistake on the command line; the message is a whole sentence.
struct NotationError: Error, Hashable, CustomStringConvertible {
  let description: String

  init(_ description: String) { self.description = description }
}
