import Testing

@testable import Control

@Suite struct InterfaceParserTests {
  @Test func theInterfacesOfThisProgramAreReadFromTheirFiles() {
    let control = InterfaceDefinition.control
    #expect(control.name == "io.aigw.Control")
    #expect(control.description.hasPrefix("# Budgets, chains and backends"))
    for method in ["GetPolicy", "PatchPolicy", "Subscribe", "Acknowledge", "Lease", "Report", "Watch", "Explain"] {
      #expect(control.methods[method] != nil, "\(method)")
    }
    #expect(InterfaceDefinition.service.name == "org.varlink.service")
    #expect(Set(InterfaceDefinition.service.methods.keys) == ["GetInfo", "GetInterfaceDescription"])
  }

  @Test func everyTypeOfTheLanguageIsRead() throws {
    let interface = try InterfaceDefinition(
      """
      # Comments, and a # in one.
      interface org.example.test
      type Word (one, two_2, three)
      type Thing (a:bool,b : int, c: float # why
        , d: string, e: object, f: ?[]Word, g: [string]int, h: [string](), i: (x: int), j: (yes, no), k: [][]?Thing)
      method Do()->()
      method Ask(thing: Thing) -> (word: Word)
      error Wrong (why: ?string)
      """)
    #expect(interface.types["Word"] == .enumeration(["one", "two_2", "three"]))
    #expect(
      interface.types["Thing"]
        == .structure([
          "a": .bool, "b": .int, "c": .float, "d": .string, "e": .object, "f": .optional(.array(.named("Word"))),
          "g": .dictionary(.int), "h": .dictionary(.structure([:])), "i": .structure(["x": .int]),
          "j": .enumeration(["yes", "no"]), "k": .array(.array(.optional(.named("Thing")))),
        ]))
    #expect(interface.methods["Ask"]?.parameters == .structure(["thing": .named("Thing")]))
    #expect(interface.methods["Ask"]?.results == .structure(["word": .named("Word")]))
    #expect(interface.methods["Do"]?.parameters == .structure([:]))
    #expect(interface.errors["Wrong"] == .structure(["why": .optional(.string)]))
  }

  @Test(arguments: [
    ("", "line 1: 'interface' expected, the end found"),
    ("interface test", "line 1: an interface's name, such as org.example.service, expected, 'test' found"),
    ("interface a.b\nclass X", "line 2: 'type', 'method' or 'error' expected, 'class' found"),
    ("interface a.b\ntype x ()", "line 2: the type's name, in upper case, expected, 'x' found"),
    ("interface a.b\n\ntype X (a: int,\n b: Y)", "line 4: there is no type Y"),
    ("interface a.b type X (a: int) error X ()", "line 1: X is defined twice"),
    ("interface a.b type X (a: int, a: bool)", "line 1: a stands here twice"),
    ("interface a.b type X (a, a)", "line 1: a stands here twice"),
    ("interface a.b type X (a: ??int)", "line 1: '??' is no type"),
    ("interface a.b type X (a_: int)", "line 1: a field's name expected, 'a_' found"),
    ("interface a.b type X (a: int", "line 1: ')' expected, the end found"),
    ("interface a.b method X(a, b) -> ()", "line 1: fields with types expected, an enumeration found"),
    ("interface a.b method X()", "line 1: '->' expected, the end found"),
    ("interface a.b type X (a: int) %", "line 1: 'type', 'method' or 'error' expected, '%' found"),
  ])
  func aMistakeIsNamedWithItsLine(definition: String, mistake: String) {
    let error = #expect(throws: InterfaceError.self) { _ = try InterfaceDefinition(definition) }
    #expect(error?.description == mistake)
  }
}
