// Call+Dimensions: what budgets and conditions may ask about a call.

import Exchange
import Guard
import HTTP
import Meters

extension Call {
  /// The call's value of `dimension` when `candidate` is asked; nil where it has none.
  func value(of dimension: BudgetRule.Dimension, on candidate: LiveCandidate) -> String? {
    switch dimension {
    case .model: return model?.text
    case .header(let name): return payer.header(name)
    case .backend: return candidate.backend.name.text
    case .path:
      let request = request
      return String(request.path)
    case .user, .team, .tenant, .pod, .namespace, .serviceAccount, .pattern: return nil
    }
  }

  /// The headers that conditions may read, names in lower case: those that may go up to a provider, so no credentials.
  var conditionHeaders: [(key: String, value: String)] {
    let head = request.head
    return (0..<head.count).filter { ForwardedFields.goesUp($0, of: head) }.map {
      (String(head.name(at: $0)).lowercased(), String(head.value(at: $0)))
    }
  }
}
