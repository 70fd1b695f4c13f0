// PeerCredentials: which process is at the other end of a Unix socket, as the kernel knows it.

import CLibuv
import Glibc

/// A user, by the number the kernel knows it by.
public struct UserID: Hashable, Sendable, CustomStringConvertible {
  public let number: UInt32
  public init(_ number: UInt32) { self.number = number }
  public var description: String { "\(number)" }

  /// The user this process acts as.
  public static var current: UserID { UserID(geteuid()) }
}

/// A group, by the number the kernel knows it by.
public struct GroupID: Hashable, Sendable, CustomStringConvertible {
  public let number: UInt32
  public init(_ number: UInt32) { self.number = number }
  public var description: String { "\(number)" }
}

/// Who called connect: the kernel's word, taken then (unix(7), SO_PEERCRED). A process of another user namespace shows
/// as what it maps to here.
public struct PeerCredentials: Hashable, Sendable {
  /// 0 for a process of another PID namespace.
  public let processID: Int32
  public let user: UserID
  /// The effective group first, then the supplementary ones.
  public let groups: [GroupID]

  public init(processID: Int32, user: UserID, groups: [GroupID]) {
    self.processID = processID
    self.user = user
    self.groups = groups
  }
}

extension ByteStream {
  /// Who is at the other end of a connected Unix socket; nil for TCP, and once the stream is closed.
  public var peerCredentials: PeerCredentials? {
    guard isPath, !isClosed else { return nil }
    var descriptor: Int32 = -1
    guard unsafe uv_fileno(memory.asHandle, &descriptor) == 0 else { return nil }
    // struct ucred: process, user and group, four bytes each (unix(7)).
    let own = Self.option(SO_PEERCRED, of: descriptor, wordsMax: 3)
    guard own.count == 3 else { return nil }
    // Linux 4.13 and later; none where the kernel is older or the peer has more than the kernel allows.
    let others = Self.option(SO_PEERGROUPS, of: descriptor, wordsMax: 65_536)
    let groups = [own[2]] + others.filter { $0 != own[2] }
    return PeerCredentials(
      processID: Int32(bitPattern: own[0]), user: UserID(own[1]), groups: groups.map { GroupID($0) })
  }

  /// The 32-bit words of a socket option; empty when the kernel does not give it.
  private static func option(_ name: Int32, of descriptor: Int32, wordsMax: Int) -> [UInt32] {
    var length: socklen_t = 0
    // The kernel says how much there is (ERANGE) when it is asked with no room; a fixed option just fills what it gets.
    unsafe _ = getsockopt(descriptor, SOL_SOCKET, name, nil, &length)
    let count = length == 0 ? min(wordsMax, 3) : min(wordsMax, Int(length) / 4)
    var words = [UInt32](repeating: 0, count: count)
    length = socklen_t(count * 4)
    // SAFETY: the kernel writes at most `length` bytes, which is what the array has, and says how many it wrote.
    let status = unsafe words.withUnsafeMutableBytes { room in
      unsafe getsockopt(descriptor, SOL_SOCKET, name, room.baseAddress, &length)
    }
    return status == 0 ? Array(words.prefix(Int(length) / 4)) : []
  }
}
