import Foundation
import Reactor
import TestSupport
import Testing

@Suite(.serialized) struct SocketAccessTests {
  let folder = FileManager.default.temporaryDirectory.appendingPathComponent("aigw-access-\(UUID().uuidString)").path

  init() { #expect(LoopThread.started) }

  @Test @EventLoop func theSocketAndAFolderThatIsMadeForItGetTheirModes() throws {
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let listener = try listen(SocketAccess(mode: 0o600, folderMode: 0o710))
    defer { listener.close() }
    let modes = (try attribute(.posixPermissions, of: folder), try attribute(.posixPermissions, of: path))
    #expect(modes == (0o710, 0o600))
  }

  @Test @EventLoop func aFolderThatWasThereIsLeftAsItIs() throws {
    try FileManager.default.createDirectory(
      atPath: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o755])
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let listener = try listen(SocketAccess())
    defer { listener.close() }
    let mode = try attribute(.posixPermissions, of: folder)
    #expect(mode == 0o755)
  }

  @Test(.enabled(if: getuid() == 0, "only root may give files away")) @EventLoop func rootGivesTheSocketAway() throws {
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let listener = try listen(SocketAccess(owner: UserID(12_345), group: GroupID(54_321)))
    defer { listener.close() }
    for file in [folder, path] {
      let owners = (try attribute(.ownerAccountID, of: file), try attribute(.groupOwnerAccountID, of: file))
      #expect(owners == (12_345, 54_321))
    }
  }

  @Test @EventLoop func anAbandonedSocketIsReplacedAndALivingOneIsNot() throws {
    defer { try? FileManager.default.removeItem(atPath: folder) }
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    abandonSocket()
    let listener = try listen(SocketAccess())
    defer { listener.close() }
    let error = #expect(throws: ReactorError.self) { _ = try listen(SocketAccess()) }
    #expect(error?.description == "listen on unix:\(path): another process listens there")
  }

  @Test @EventLoop func aFileThatIsNoSocketIsNotTouched() throws {
    defer { try? FileManager.default.removeItem(atPath: folder) }
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    try "keep me".write(toFile: path, atomically: false, encoding: .utf8)
    let error = #expect(throws: ReactorError.self) { _ = try listen(SocketAccess()) }
    #expect(error?.description == "listen on unix:\(path): address already in use")
    let content = try String(contentsOfFile: path, encoding: .utf8)
    #expect(content == "keep me")
  }

  @Test @EventLoop func aPathThatASocketCannotHaveIsRefusedAndNotCutShort() {
    let long = folder + "/" + String(repeating: "x", count: 108)
    let error = #expect(throws: ReactorError.self) {
      _ = try StreamListener(on: SocketAddress(path: long)) { $0.close() }
    }
    #expect(error?.reason == "the path has \(long.utf8.count) bytes, and a socket's may have 107")
  }

  @Test func usersAndGroupsAreNamedOrNumbered() {
    #expect(UserID("root") == UserID(0) && UserID("4711") == UserID(4711) && UserID("no such user") == nil)
    #expect(GroupID("root") == GroupID(0) && GroupID("4711") == GroupID(4711) && GroupID("no such group") == nil)
    #expect(UserID("-1") == nil && GroupID("") == nil)
  }

  private var path: String { folder + "/s.sock" }

  @EventLoop private func listen(_ access: SocketAccess) throws(ReactorError) -> StreamListener {
    try StreamListener(on: SocketAddress(path: path), access: access) { $0.close() }
  }

  private func attribute(_ key: FileAttributeKey, of path: String) throws -> Int {
    try FileManager.default.attributesOfItem(atPath: path)[key] as! Int
  }

  /// What a killed process leaves behind: a socket's file and nobody who listens.
  private func abandonSocket() {
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    // SAFETY: the path is shorter than sun_path; the address lives for the call and its size is its own.
    unsafe withUnsafeMutableBytes(of: &address.sun_path) { unsafe $0.copyBytes(from: path.utf8) }
    let socket = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
    let status = unsafe withUnsafePointer(to: &address) { pointer in
      let raw = unsafe UnsafeRawPointer(pointer).assumingMemoryBound(to: sockaddr.self)
      return unsafe bind(socket, raw, socklen_t(MemoryLayout<sockaddr_un>.size))
    }
    #expect(status == 0)
    Glibc.close(socket)
  }
}
