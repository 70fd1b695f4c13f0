// VisibleText: what came from elsewhere, made safe to show: nothing in it can move the cursor or change the terminal.

extension String {
  /// The text with what a terminal obeys, and what is not seen, spelled out: `\u{1B}` for an escape, `\n` for a line.
  var visible: String { escapingUnseen { $0.escaped(asASCII: true) } }

  /// The same, line by line.
  var visibleLines: String {
    split(separator: "\n", omittingEmptySubsequences: false).map { String($0).visible }.joined(separator: "\n")
  }

  /// The text with every unseen character written as `escape` says.
  func escapingUnseen(_ escape: (Unicode.Scalar) -> String) -> String {
    if !unicodeScalars.contains(where: \.isUnseen) { return self }
    return unicodeScalars.reduce(into: "") { shown, scalar in
      if scalar.isUnseen { shown += escape(scalar) } else { shown.unicodeScalars.append(scalar) }
    }
  }

  /// The text between double quotes.
  var quoted: String { "\"" + visible + "\"" }
}

extension Unicode.Scalar {
  /// Control characters, those of C1 too; line separators; and format characters, which turn text around or hide it.
  var isUnseen: Bool {
    switch properties.generalCategory {
    case .control, .format, .lineSeparator, .paragraphSeparator: true
    default: false
    }
  }
}
