import JSON
import Testing

@testable import aigwctl

@Suite struct OutputTests {
  @Test func columnsAreAlignedAndNumbersStandToTheRight() {
    var table = Table([.text("NAME"), .number("USED"), .wideText("NOTE")], empty: "none")
    table.add(["a", "5", "x"])
    table.add(["longer", "1,234", ""])
    #expect(table.text(isWide: false, paint: .none) == "NAME     USED\na           5\nlonger  1,234\n")
    #expect(table.text(isWide: true, paint: .none) == "NAME     USED  NOTE\na           5  x\nlonger  1,234\n")
  }

  @Test func aTableWithoutRowsSaysSo() {
    #expect(Table([.text("NAME")], empty: "No budgets.").text(isWide: false, paint: .none) == "No budgets.\n")
  }

  @Test func colourDoesNotMoveColumns() {
    var table = Table([.text("A"), .text("B")], empty: "")
    table.add([Cell("bad", .bad), "x"])
    #expect(
      table.text(isWide: false, paint: Paint(isOn: true))
        == "\u{1B}[1mA\u{1B}[0m    \u{1B}[1mB\u{1B}[0m\n\u{1B}[31mbad\u{1B}[0m  x\n")
  }

  @Test(arguments: [["NO_COLOR": "1"], ["TERM": "dumb"]])
  func nobodyWhoDoesNotWantColourGetsIt(environment: [String: String]) {
    #expect(!Paint(forDescriptor: 1, environment: environment).isOn)
  }

  @Test(arguments: [
    ("plain", "plain"), ("\u{1B}[2J", "\\u{1B}[2J"), ("a\nb\r", "a\\nb\\r"), ("\u{9B}31m", "\\u{009B}31m"),
    ("abc\u{202E}def", "abc\\u{202E}def"), ("\u{7F}\u{200B}", "\\u{7F}\\u{200B}"), ("grüße 日本", "grüße 日本"),
  ])
  func whatATerminalObeysIsSpelledOut(text: String, visible: String) {
    #expect(text.visible == visible)
    #expect(Cell(text).text == visible)
  }

  @Test func jsonOfAReplyCannotMoveTheCursorEither() {
    let text = IndentedJSON.text(["a": "\u{9B}\u{7F}\u{1B}", "b": .array(["\u{E0001}", 1, .null]), "c": .object([])])
    #expect(
      text
        == "{\n  \"a\": \"\\u009b\\u007f\\u001b\",\n  \"b\": [\n    \"\\udb40\\udc01\",\n    1,\n    null\n  ],\n  \"c\": {}\n}\n"
    )
    #expect(IndentedJSON.text(["a": [1, "x"]], isOneLine: true) == "{\"a\":[1,\"x\"]}\n")
  }
}
