import JSON
import Policy
import Testing

@testable import aigwctl

@Suite struct YAMLTextTests {
  @Test func aPolicyLooksAsPeopleWriteIt() {
    let policy: JSONValue = [
      "backends": ["local": ["provider": "openai", "baseURL": "http://127.0.0.1:8000/v1"]],
      "models": ["gpt-4.1": ["chain": [["backend": "local", "weight": 3], ["backend": "openai"]]]],
      "budgets": [
        "eng": [
          "match": ["header:x-team": "a b"], "per": ["user", "model"], "limit": "$100/day", "alertAt": .double(0.8),
        ]
      ],
      "empty": .object([]),
    ]
    #expect(
      YAMLText.text(policy) == """
        backends:
          local:
            provider: openai
            baseURL: http://127.0.0.1:8000/v1
        models:
          gpt-4.1:
            chain:
            - backend: local
              weight: 3
            - backend: openai
        budgets:
          eng:
            match:
              header:x-team: a b
            per: [user, model]
            limit: $100/day
            alertAt: 0.8
        empty: {}

        """)
  }

  @Test func whatIsPrintedReadsBackAsTheSame() throws {
    let texts = [
      "", " ", "a ", " a", "yes", "No", "on", "null", "~", "true", "1", "-1", "1.5", "1e5", "0x1F", "0o17", "12:30:45",
      "2026-11-21", ".inf", "a: b", "a:", "a #b", "a#b", "# a", "- a", "-", "?", "? a", "[a]", "{a}", "a, b", "a,b",
      "&a",
      "*a", "!a", "|", ">", "'", "\"", "it's", "say \"hi\"", "back\\slash", "%a", "@a", "`a`", "a\nb", "a\tb", "a\rb",
      "\u{1B}[2J", "\u{85}", "\u{2028}", "\u{FEFF}a", "\u{E0001}", "grüße", "日本", "😀", "50k tokens/hour", "$100/day",
      "http://a:1/b?c=d&e#f", "header:x", "gpt-4.1", "<<", "=", "a  b", "1 2", "007 x", "50k", "10s", "500ms", "1m",
      "0k", "y", "N", "---", "...",
    ]
    let document: JSONValue = [
      "list": .array(texts.map { .string($0) }),
      "names": .object(texts.enumerated().map { ("\($1)\($1.isEmpty ? "empty" : "")", .integer(Int64($0))) }),
      "nested": [["a": [["b": .array([]), "c": .object([])], 1, .null, true]], .array([.array([1, 2]), "x"])],
    ]
    let text = YAMLText.text(document)
    let read = try JSONValue.parse(try PolicyDocument(bytes: text.utf8.span, file: "test").json.span)
    #expect(read == document)
    let flow = "flow: " + YAMLText.flow(document) + "\n"
    #expect(try JSONValue.parse(try PolicyDocument(bytes: flow.utf8.span, file: "test").json.span)["flow"] == document)
  }
}
