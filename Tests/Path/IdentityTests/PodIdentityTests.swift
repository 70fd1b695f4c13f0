import Exchange
import HTTP
import Identity
import TestSupport
import Testing

@Suite struct PodIdentityTests {
  /// The environment, and then: name, namespace, service account, who pays, the label.
  static let table: [(environment: [String: String], parts: [String?])] = [
    ([:], [nil, nil, nil, nil, ""]),
    (
      ["POD_NAME": "a-0", "POD_NAMESPACE": "agents", "SERVICE_ACCOUNT": "runner", "HOSTNAME": "b"],
      ["a-0", "agents", "runner", "pod:agents/a-0", "pod=agents/a-0"]
    ), (["POD_NAME": "a-0"], ["a-0", nil, nil, "pod:a-0", "pod=a-0"]),
    (["POD_NAMESPACE": "agents"], [nil, "agents", nil, nil, ""]),
    (["POD_NAME": "", "POD_NAMESPACE": "", "SERVICE_ACCOUNT": ""], [nil, nil, nil, nil, ""]),
  ]

  @Test(arguments: table.indices) func theDownwardAPISaysWhereTheAgentRuns(row: Int) throws {
    let (environment, parts) = Self.table[row]
    let pod = PodIdentity(environment)
    let payer = try Payer(of: request("GET /v1/files", []), trusting: Trust(pod: pod))
    #expect([pod.name, pod.namespace, pod.serviceAccount, payer.user, payer.label] == parts)
  }
}
