import Testing

@testable import aigwctl

@Suite struct InjectionTests {
  private func names(_ present: Set<String>, hasOtherSources: Bool = false) -> [String] {
    AgentVariables.additions(present: present, hasOtherSources: hasOtherSources).variables.map(\.name)
  }

  @Test func noVariableIsAddedTwiceOrOverWhatIsThere() {
    let all = names([])
    #expect(Set(all).count == all.count)
    for name in all {
      let rest = names([name])
      #expect(!rest.contains(name))
      #expect(Set(rest).count == rest.count)
    }
  }

  @Test func whatIsSetIsToldOnce() {
    let additions = AgentVariables.additions(present: ["GROQ_BASE_URL", "PATH"], hasOtherSources: false)
    #expect(additions.kept == ["GROQ_BASE_URL"])
  }

  @Test func oneKeyOfAnSDKIsEnough() {
    #expect(names([]).contains("GEMINI_API_KEY"))
    #expect(!names(["GOOGLE_API_KEY"]).contains("GEMINI_API_KEY"))
    #expect(!names(["COHERE_API_KEY"]).contains("CO_API_KEY"))
  }

  @Test func keysFromElsewhereAreNotHidden() {
    #expect(names([], hasOtherSources: true).allSatisfy { !$0.hasSuffix("_KEY") })
  }

  @Test func azureAndOpenAIAreNeverMadeAmbiguous() {
    for keys in [[], ["AZURE_OPENAI_API_KEY"], ["AZURE_OPENAI_AD_TOKEN"]] as [Set<String>] {
      let after = keys.union(names(keys))
      #expect(after.contains("OPENAI_API_KEY") != after.contains("AZURE_OPENAI_ENDPOINT"))
    }
  }

  @Test func aRecordReadsBack() throws {
    var record = InjectionRecord()
    record.variables = [("agent", ["A", "B"]), ("other", [])]
    record.made = [("spec.volumes", nil), ("agent.env", "~"), ("metadata", "")]
    let text = record.text
    #expect(
      text == #"{"env":{"agent":["A","B"],"other":[]},"made":{"spec.volumes":null,"agent.env":"~","metadata":""}}"#)
    let read = try #require(InjectionRecord(text))
    #expect(read == record)
    #expect(read.made.map(\.was) == [nil, "~", ""])
  }

  @Test(arguments: ["", "{}", "[]", "{\"env\":1,\"made\":{}}", "{\"env\":{}"])
  func aRecordThatSaysNothingIsNone(text: String) {
    #expect(InjectionRecord(text) == nil)
  }

  @Test(arguments: [
    ("apps/v1", "Deployment", ["spec", "template"]), ("v1", "Pod", []),
    ("batch/v1", "CronJob", ["spec", "jobTemplate", "spec", "template"]),
  ])
  func aWorkloadIsKnownByItsGroupAndKind(apiVersion: String, kind: String, path: [String]) {
    let object: ManifestNode = [
      "apiVersion": .text(apiVersion), "kind": .text(kind), "metadata": ["generateName": "a-"],
    ]
    #expect(Workload(object)?.templatePath == path)
    #expect(Workload(object)?.name == kind.lowercased() + "/a-")
    #expect(Workload(["apiVersion": .text("example.com/v1"), "kind": .text(kind)]) == nil)
  }
}
