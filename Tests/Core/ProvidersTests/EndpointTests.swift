import Testing

@testable import Providers

@Suite struct EndpointTests {
  typealias Endpoint = Provider.Endpoint

  @Test func `an address is made of what a provider asks for`() {
    #expect(Endpoint.azure(resource: "mine", isDated: false) == "https://mine.openai.azure.com/openai/v1")
    #expect(Endpoint.azure(resource: "mine", isDated: true) == "https://mine.openai.azure.com/openai")
    #expect(Endpoint.aws(host: "h", region: "us-east-1") == "https://h.us-east-1.amazonaws.com")
    #expect(Endpoint.aws(host: "h", region: "cn-north-1") == "https://h.cn-north-1.amazonaws.com.cn")
  }

  @Test(arguments: [
    ("europe-west4", "europe-west4-aiplatform.googleapis.com"), ("global", "aiplatform.googleapis.com"),
    ("us", "aiplatform.us.rep.googleapis.com"), ("eu", "aiplatform.eu.rep.googleapis.com"),
  ])
  func `a location has its host`(location: String, host: String) {
    #expect(
      Endpoint.google(project: "p", location: location)
        == "https://\(host)/v1/projects/p/locations/\(location)/publishers/google")
  }
}
