import Bytes
import Glibc
import Testing

@testable import JSON

/// The scanner and jansson over generated bodies. AIGW_SEED chooses another corpus, AIGW_BODIES another size.
@Suite struct CorpusTests {
  private let scanner = FieldScanner<RequestField>()

  @Test func theScannerAndJanssonAgreeOnEverySeed() {
    for (index, bytes) in Corpus.seeds.enumerated() {
      var randomness = Randomness(seed: UInt64(index))
      if let complaint = compare(bytes, &randomness).complaint { Issue.record("\(complaint)") }
    }
  }

  @Test func theScannerAndJanssonAgreeOnEveryGeneratedBody() {
    let seed = number("AIGW_SEED", else: 20_240_601)
    let bodies = number("AIGW_BODIES", else: 100_000)
    var accepted = 0
    for round in 0..<bodies {
      var randomness = Randomness(seed: seed &+ round &* 0x1_0000_0001)
      let verdict = compare(Corpus.body(&randomness), &randomness)
      if verdict.isAccepted { accepted += 1 }
      if let complaint = verdict.complaint {
        Issue.record("AIGW_SEED=\(seed), body \(round): \(complaint)")
        return
      }
    }
    // A corpus of nothing but refusals, or of none, would prove little.
    #expect(accepted > Int(bodies / 5) && accepted < Int(bodies / 5 * 4), "\(accepted) of \(bodies) accepted")
  }

  private func number(_ variable: String, else standard: UInt64) -> UInt64 {
    // SAFETY: the environment is not changed while tests run.
    guard let text = unsafe getenv(variable) else { return standard }
    return unsafe UInt64(String(cString: text)) ?? standard
  }

  private func compare(
    _ bytes: [UInt8], _ randomness: inout Randomness
  ) -> (isAccepted: Bool, complaint: String?) {
    let body = ByteSlice(copying: bytes.span)
    let tree = (try? JSONValue.parse(body.span)).flatMap { $0.kind == .object ? $0 : nil }
    let table = try? scanner.scan(body.span)
    guard let tree, let table else {
      if (tree == nil) == (table == nil) { return (false, nil) }
      return (false, "\(tree == nil ? "jansson" : "the scanner") alone refuses \(quoted(bytes))")
    }
    for name in RequestField.allCases {
      if let complaint = difference(table[name], tree[name.rawValue], in: body) {
        return (true, "\(name): \(complaint) in \(quoted(bytes))")
      }
    }
    let isUnambiguous = (try? JSONValue.parse(body.span, rejectingDuplicates: true)) != nil
    if isUnambiguous, table.firstDuplicated != nil || table.object.memberCount != tree.count {
      return (true, "duplicates seen where there are none in \(quoted(bytes))")
    }
    if table.object.memberCount == tree.count, table.firstDuplicated != nil {
      return (true, "a member counted twice in \(quoted(bytes))")
    }
    if table.object.memberCount == tree.count, let complaint = spliceFault(body, tree, table, &randomness) {
      return (true, "\(complaint) in \(quoted(bytes))")
    }
    return (true, nil)
  }

  /// How the member found differs from the one jansson holds, in every way it can be read.
  private func difference(
    _ field: Field?, _ expected: JSONValue?, in body: ByteSlice, depth: Int = 0
  ) -> String? {
    guard let field, let expected else { return (field == nil) == (expected == nil) ? nil : "only one finds it" }
    let value = field.value
    let text = body.slice(value.range)
    if value.kind != expected.kind { return "kind \(value.kind), not \(expected.kind)" }
    if (try? JSONValue.parseAny(text.span)) != expected { return "another value: \(value)" }
    if value.integer(in: body.span) != expected.integer { return "another integer" }
    if value.bool(in: body.span) != expected.bool { return "another bool" }
    if value.string(in: body.span) != expected.string { return "another string" }
    if let plain = value.plainString(in: body.span), String(body.slice(plain).span) != expected.string {
      return "another plain string"
    }
    if depth == 2 { return nil }
    switch value.kind {
    case .array: return differenceOfElements(value, expected, in: body)
    case .object: return differenceOfMembers(value, expected, in: body, depth: depth + 1)
    case .string, .integer, .real, .boolean, .null: return nil
    }
  }

  private func differenceOfElements(_ array: ScannedValue, _ expected: JSONValue, in body: ByteSlice) -> String? {
    var elements = ArrayScanner(array)
    var index = 0
    do {
      while let element = try elements.next(in: body.span) {
        let text = body.slice(element.range)
        if try JSONValue.parseAny(text.span) != expected[index] { return "another element \(index)" }
        index += 1
      }
    } catch { return "element \(index) refused: \(error)" }
    return index == expected.count ? nil : "\(index) elements, not \(expected.count)"
  }

  private func differenceOfMembers(
    _ object: ScannedValue, _ expected: JSONValue, in body: ByteSlice, depth: Int
  ) -> String? {
    guard let inner = try? scanner.scan(body.span, in: object.range) else { return "the object alone is refused" }
    if inner.object.range != object.range { return "another range" }
    for name in RequestField.allCases {
      if let complaint = difference(inner[name], expected[name.rawValue], in: body, depth: depth) {
        return "\(name): \(complaint)"
      }
    }
    return nil
  }

  /// Edits some members and compares with the document changed the same way.
  private func spliceFault(
    _ body: ByteSlice, _ tree: JSONValue, _ table: FieldTable<RequestField>, _ randomness: inout Randomness
  ) -> String? {
    var splice = Splice(of: body)
    var members = tree.members!
    let value = ByteSlice(#"{"new":[1]}"#)
    let parsed = JSONValue.object([("new", [1])])
    for name in RequestField.allCases {
      let position = members.firstIndex { $0.name == name.rawValue }
      switch (table[name], randomness.below(3)) {
      case (nil, 0):
        splice.insert(name.rawValue, value: value, into: table.object)
        members.append((name.rawValue, parsed))
      case (let field?, 0):
        splice.replace(field.value.range, with: value)
        members[position!].value = parsed
      case (let field?, 1):
        splice.remove(field, from: table.object)
        members.remove(at: position!)
      default: break
      }
    }
    var edited = ByteBuffer()
    for piece in splice.pieces { edited.append(piece) }
    if splice.count != edited.count { return "a splice of \(splice.count) bytes, not \(edited.count)" }
    if (try? JSONValue.parse(edited.span)) == .object(members) { return nil }
    return "spliced to \(String(edited.span).debugDescription)"
  }

  private func quoted(_ bytes: [UInt8]) -> String {
    String(bytes.span).prefix(3000).debugDescription + " \(bytes.count)"
  }
}
