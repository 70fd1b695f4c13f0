import Bytes
import Testing

@testable import TLS

@Suite struct ResumptionTests {
  let certificates = Certificates.shared
  let trusting: TLSContext
  let serving: TLSContext

  init() throws {
    trusting = try .client(trust: .file(certificates.authority))
    serving = try .server(certificateFile: certificates.good.certificate, keyFile: certificates.good.key)
  }

  @Test func theSecondConnectionToAHostIsResumedAndCheaper() throws {
    let first = try established()
    #expect(!first.client.wasResumed && !first.server.wasResumed)
    let second = try established()
    #expect(second.client.wasResumed && second.server.wasResumed)
    #expect(second.bytesCarried < first.bytesCarried)
  }

  @Test func aConnectionThatWasCutLeavesItsSessionBehind() throws {
    do { _ = try established() }
    do { #expect(try established().client.wasResumed) }
    #expect(try established().client.wasResumed)
  }

  @Test func sessionsOfOneHostAreNotOfferedToAnother() throws {
    _ = try established("localhost")
    #expect(try !established("127.0.0.1").client.wasResumed)
    #expect(try established("localhost").client.wasResumed)
  }

  @Test func aServerThatDoesNotKnowTheSessionDoesAFullHandshake() throws {
    _ = try established()
    let restarted = try TLSContext.server(
      certificateFile: certificates.good.certificate, keyFile: certificates.good.key)
    let talk = try Conversation(client: trusting, server: restarted)
    _ = try talk.carry()
    #expect(talk.client.isEstablished && !talk.client.wasResumed)
  }

  @Test func theStoreForgetsTheHostLeastRecentlyHeardOf() throws {
    _ = try established()
    let session = try #require(trusting.sessions.newest(for: "localhost"))
    let store = SessionStore()
    for host in 0..<SessionStore.hostsMax { store.keep(session, for: "host-\(host)") }
    store.keep(session, for: "host-0")
    store.keep(session, for: "one more")
    #expect(store.count == SessionStore.hostsMax)
    #expect(store.newest(for: "host-0") != nil)
    #expect(store.newest(for: "host-1") == nil)
    #expect(store.newest(for: "one more") != nil)
  }

  private func established(_ hostName: String = "localhost") throws -> Conversation {
    let talk = try Conversation(client: trusting, server: serving, hostName: hostName)
    _ = try talk.carry()
    return talk
  }
}
