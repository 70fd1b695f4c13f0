// CohereRerank: /v2/rerank: documents in the order in which they share words with a question.
// https://docs.cohere.com/reference/rerank

import Bytes
import JSON

enum CohereRerank {
  private static let documentsPerUnit = 100

  static func read(_ body: Span<UInt8>, _ knobs: Knobs) throws(Refusal) -> Provider.Asked {
    var fields = try Fields(parsing: body, .cohere)
    let model = try fields.model("model", knobs)
    let query = try fields.required("query")
    guard let documents = try fields.strings("documents"), !documents.isEmpty else {
      throw fields.fault(.invalid("list of documents must not be empty"), at: "documents")
    }
    let top = try fields.integer("top_n", in: 1...Int.max) ?? documents.count
    fields.ignore("max_tokens_per_doc", "priority", "return_documents")
    try fields.end()
    let scores = documents.map { score(of: $0, for: query) }
    let order = documents.indices.sorted { (scores[$0], -$0) > (scores[$1], -$1) }
    let tokens = ([query] + documents).reduce(0) { $0 + UsageRule.tokens(ofBytes: $1.utf8.count) }
    var writer = JSONWriter()
    writer.object {
      $0.member("id", "mock-rerank")
      $0.array("results", of: Array(order.prefix(top))) { writer, index in
        writer.object {
          $0.member("index", Int64(index))
          $0.member("relevance_score", ifGiven: scores[index] as Double?)
        }
      }
      $0.object("meta") {
        $0.object("api_version") { $0.member("version", "2") }
        guard knobs.reportsUsage else { return }
        $0.object("billed_units") {
          $0.member("search_units", Int64((documents.count + documentsPerUnit - 1) / documentsPerUnit))
        }
        $0.object("tokens") { $0.member("input_tokens", Int64(tokens)) }
      }
    }
    return .embeddings(EmbeddingCost(model: model, promptTokens: tokens), writer.take())
  }

  /// The share of the question's words that the document has, in sixteenths and never 1.
  private static func score(of document: String, for query: String) -> Double {
    let asked = Set(query.lowercased().split { !$0.isLetter && !$0.isNumber })
    let said = Set(document.lowercased().split { !$0.isLetter && !$0.isNumber })
    return asked.isEmpty ? 0 : Double(asked.intersection(said).count * 15 / asked.count) / 16
  }
}
