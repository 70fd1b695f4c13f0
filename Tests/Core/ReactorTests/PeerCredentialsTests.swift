import Foundation
import Reactor
import TestSupport
import Testing

@Suite(.serialized) struct PeerCredentialsTests {
  init() { #expect(LoopThread.started) }

  @Test @EventLoop func bothEndsOfAUnixSocketKnowWhoTheOtherIs() async throws {
    let path = FileManager.default.temporaryDirectory.appendingPathComponent("aigw-peer-\(getpid()).sock").path
    let pair = try await Pair.open(on: SocketAddress(path: path))
    defer { pair.close() }
    var groups = [gid_t](repeating: 0, count: 65_536)
    // SAFETY: the kernel writes at most as many groups as it is told there is room for.
    let count = unsafe getgroups(Int32(groups.count), &groups)
    for end in [pair.client, pair.server] {
      let peer = try #require(end.peerCredentials)
      #expect(peer.processID == getpid() && peer.user == UserID.current)
      #expect(peer.groups.first == GroupID(getegid()))
      #expect(Set(peer.groups) == Set(groups.prefix(Int(count)).map { GroupID($0) } + [GroupID(getegid())]))
    }
    pair.client.close()
    #expect(pair.client.peerCredentials == nil)
  }

  @Test @EventLoop func aUserHasTheNameThatTheSystemGivesIt() async {
    #expect(await UserID(0).name() == "root")
    // The last but one is nobody's: the kernel keeps the last for "none" (chown(2)).
    #expect(await UserID(.max - 1).name() == nil)
  }

  @Test @EventLoop func nobodyKnowsWhoIsBehindTCP() async throws {
    let pair = try await Pair.open()
    defer { pair.close() }
    #expect(pair.server.peerCredentials == nil)
  }
}
