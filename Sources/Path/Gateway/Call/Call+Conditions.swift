// Call+Conditions: what conditions of candidates may read of a request.

import Guard
import HTTP

extension Call {
  /// The headers that conditions may read, names in lower case: those that may go up to a provider, so no credentials.
  var conditionHeaders: [(key: String, value: String)] {
    let head = request.head
    return (0..<head.count).filter { ForwardedFields.goesUp($0, of: head) }.map {
      (String(head.name(at: $0)).lowercased(), String(head.value(at: $0)))
    }
  }
}
