// Fields: one mapping of the policy whose keys are known, opened for reading.

/// The fields a mapping has. Opening it reports what is not a mapping, keys written twice and keys nobody knows.
struct Fields {
  /// The mapping itself, to report what it lacks.
  let place: Place
  /// Few enough to be looked through.
  private var values: [Place.Member] = []
  /// The value of a field that is written without its mapping.
  private var only: (name: String, place: Place)?
  /// Fields that were written under a wrong name: reported once, as that, and not as missing too.
  private var misspelt: Set<String> = []

  /// What to say of a field that people write and that does not exist.
  struct Answer: Sendable {
    let message: String
    /// The fields to write in its place.
    let instead: [String]
  }

  /// - Parameters:
  ///   - known: every field there is, in the order in which a person should read them.
  init?(
    _ place: Place, known: [String], answers: [String: Answer]? = nil, _ diagnostics: inout Diagnostics
  ) {
    self.place = place
    guard let members = place.members(&diagnostics) else { return nil }
    // `budgets:` with every child commented out says the same as no `budgets:`.
    values = members.filter { known.contains($0.name) && !$0.isNull }
    if values.count == members.count { return }
    for member in members where !known.contains(member.name) {
      let (name, key) = (member.name, member.key)
      if let answer = answers?[name] {
        key.report(answer.message, &diagnostics)
        misspelt.formUnion(answer.instead)
      } else if let meant = closest(to: name, among: known) {
        key.report("is not a field; did you mean \(meant)?", &diagnostics)
        misspelt.insert(meant)
      } else {
        key.report("is not a field; here stand \(known.joined(separator: ", "))", &diagnostics)
      }
    }
  }

  /// A mapping of one field, for a value that may be written without its mapping.
  init(_ place: Place, only name: String) {
    self.place = place
    only = (name, place)
  }

  /// The value of a field, or nil where the mapping does not have it.
  subscript(_ name: String) -> Place? {
    if let member = values.first(where: { $0.name == name }) { return member.value }
    return only?.name == name ? only?.place : nil
  }

  /// Neither there nor misspelt.
  func lacks(_ name: String) -> Bool {
    !values.contains { $0.name == name } && only?.name != name && !misspelt.contains(name)
  }

  /// The value of a field that must be there.
  func required(_ name: String, _ advice: String, _ diagnostics: inout Diagnostics) -> Place? {
    if lacks(name) { place.report("has no \(name); \(advice)", &diagnostics) }
    return self[name]
  }
}
