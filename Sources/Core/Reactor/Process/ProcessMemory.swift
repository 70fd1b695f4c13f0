// ProcessMemory: how the allocator treats this process.

import CRuntime

public enum ProcessMemory {
  /// Bodies of a megabyte come and go: glibc would give their memory back to the kernel after each and fault it in page
  /// by page for the next. Keeps at most `keptBytes` free memory at the end of the heap, and one arena besides the loop's
  /// for all worker threads.
  public static func tune(keptBytes: Int32 = 4 << 20) {
    mallopt(M_MMAP_THRESHOLD, 8 << 20)
    mallopt(M_TRIM_THRESHOLD, keptBytes)
    mallopt(M_ARENA_MAX, 2)
  }

  /// Gives free memory back where there is a lot of it: reading a policy of ten thousand budgets takes many times what
  /// is kept of it. Blocks for a few milliseconds then; for the worker pool.
  public static func giveBack() {
    if mallinfo2().fordblks > unusedBytesMax { malloc_trim(0) }
  }

  /// More than what bodies on their way leave free between two calls.
  private static let unusedBytesMax = 6 << 20

  /// Bytes of this process in memory, as the kernel counts them (proc(5), statm); 0 where that cannot be read.
  public static var residentBytes: Int64 {
    guard let bytes = try? Files.read("/proc/self/statm", bytesMax: 256) else { return 0 }
    let words = String(decoding: bytes, as: UTF8.self).split(separator: " ")
    return words.count > 1 ? (Int64(words[1]) ?? 0) * 4096 : 0
  }

  /// Gives back the pages of code and heap that only start-up needed: a sidecar is idle most of its life, and there is
  /// one beside every agent. Code that is called again comes back from the page cache.
  public static func giveBackUnused() {
    aigw_drop_clean_pages()
    malloc_trim(0)
  }
}
