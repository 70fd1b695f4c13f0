// ListNotation: user,model: several names in one argument.

extension String {
  /// The parts between commas, without the spaces around them; empty ones are left out.
  var listed: [String] {
    split(separator: ",").map { part in
      var text = part
      while text.first == " " { text.removeFirst() }
      while text.last == " " { text.removeLast() }
      return String(text)
    }.filter { !$0.isEmpty }
  }
}
