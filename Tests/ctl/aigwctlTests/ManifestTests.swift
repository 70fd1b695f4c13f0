import Testing

@testable import aigwctl

@Suite struct ManifestTests {
  private func root(_ text: String) throws -> ManifestNode {
    var reader = ManifestReader(Array(text.utf8).span)
    let documents = try reader.documents()
    return try #require(documents.first).root
  }

  /// What a manifest says, whatever its quotes: plain scalars that may be more than text are told apart.
  private func meaning(_ node: ManifestNode) -> String {
    switch node.value {
    case .scalar(let text, .plain) where YAMLText.scalar(text) != text:
      node.isNull ? "null" : "plain \(text.debugDescription)"
    case .scalar(let text, _): "text \(text.debugDescription)"
    case .sequence(let elements): "[" + elements.map(meaning).joined(separator: ", ") + "]"
    case .mapping(let members):
      "{" + members.map { $0.name.debugDescription + ": " + meaning($0.value) }.joined(separator: ", ") + "}"
    }
  }

  @Test func styleOrderAndNumbersStayAsTheyWereWritten() throws {
    let text = """
      zone: 'a'
      "quoted": "b"
      mode: 0644
      empty:
      list:
      - 1.50
      - ~
      - - nested
        - {flow: [a, 'b']}
      script: |-
        #!/bin/sh
          indented

        end
      none: []

      """
    #expect(try root(text).yaml == text)
  }

  @Test(arguments: [
    ("a: >-\n  folded\n  text\n", "a: |-\n  folded text\n"),
    ("a: plain\n  text\n", "a: plain text\n"),
    ("a: 'two\n\n  lines'\n", "a: \"two\\nlines\"\n"),
    ("a: &x {b: 1}\nc: *x\n", "a: {b: 1}\nc: {b: 1}\n"),
    ("a: &x {b: 1, c: 2}\nd:\n  <<: *x\n  c: 3\n", "a: {b: 1, c: 2}\nd:\n  c: 3\n  b: 1\n"),
    ("a: &x {b: 1}\nd: {<<: [*x, {b: 2, e: 3}]}\n", "a: {b: 1}\nd: {b: 1, e: 3}\n"),
    ("a: &x one, two\nb: [*x]\n", "a: one, two\nb: [\"one, two\"]\n"),
    ("a: &x |\n  block\nb: {c: *x, d: }\n", "a: |\n  block\nb: {c: \"block\\n\", d: null}\n"),
  ])
  func whatCannotStayIsWrittenAsTheSameValue(text: String, written: String) throws {
    #expect(try root(text).yaml == written)
  }

  @Test func anyTextInAnyStyleReadsBackAsItself() throws {
    let pieces = [
      "", " ", "\n", "\t", "a", "#", ": ", "- ", "'", "\"", "\\", "é", "\u{1F600}", "\u{85}", "\u{2028}", "\u{FEFF}",
      "\u{FFFE}", "\r", "\0", "{", "}", "[", "]", ",", "&", "*", "!", "|", ">", "%", "@", "`", "?", "~", "null", "on",
      "0x1F", "1e3", "2001-01-01", "---", "...",
    ]
    let styles: [ManifestNode.Style] = [.free, .literal, .singleQuoted, .doubleQuoted]
    for first in pieces {
      for second in pieces {
        for style in styles {
          let scalar = ManifestNode(value: .scalar(first + second + first, style))
          var flow = ManifestNode(value: .sequence([scalar, scalar]))
          flow.isFlow = true
          let member = ManifestNode.Member(name: first + second, style: .free, value: scalar)
          let node: ManifestNode = [
            "member": scalar, "list": ManifestNode(value: .sequence([scalar, [scalar], ["x": scalar]])), "flow": flow,
            "names": ManifestNode(value: .mapping([member])), "last": scalar,
          ]
          let written = node.yaml
          let read = try root(written)
          #expect(meaning(read) == meaning(node), "\(written)")
          #expect(read.yaml == written)
        }
      }
    }
  }

  @Test func damagedManifestsAreReadOrRefusedAndNeverCrash() {
    let whole = Array(
      """
      apiVersion: v1
      kind: Pod
      metadata: &m {name: a, annotations: {"x": 'y'}}
      spec:
        containers:
        - <<: *m
          args: [a, "b", |
            c
      ---
      kind: List
      items: [*m, ? {a: b} : c]

      """.utf8)
    var random = Seeded(state: 20_261_121)
    for _ in 0..<20_000 {
      var bytes = whole
      for _ in 0..<Int.random(in: 1...6, using: &random) {
        let index = Int.random(in: bytes.indices, using: &random)
        switch Int.random(in: 0..<4, using: &random) {
        case 0: bytes[index] = UInt8.random(in: 0...255, using: &random)
        case 1: bytes[index] = "&*:-?[]{}|>'\"\n #,!<~".utf8.randomElement(using: &random) ?? 0
        case 2: bytes.remove(at: index)
        default: bytes.insert(contentsOf: bytes[0..<index].suffix(9), at: index)
        }
      }
      guard let file = try? ManifestFile(bytes: bytes, name: "x") else { continue }
      let text = ManifestFile.text([file])
      let again = try? ManifestFile(bytes: Array(text.utf8), name: "x")
      #expect(again.map { ManifestFile.text([$0]) } == text, "\(String(decoding: bytes, as: UTF8.self))")
    }
  }

  @Test func everyNumberOfJSONStaysTheNumberItIs() throws {
    let text = """
      {
          "apiVersion": "v1",
          "kind": "X",
          "numbers": [
              0,
              -1,
              9223372036854775807,
              0.1,
              1e+300,
              true,
              null
          ],
          "text": "\\"\\\\\\u0000\\n/",
          "empty": [],
          "none": {}
      }

      """
    let file = try ManifestFile(bytes: Array(text.utf8), name: "x")
    #expect(ManifestFile.text([file]) == text)
  }
}

/// The same numbers in every run.
private struct Seeded: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }
}
