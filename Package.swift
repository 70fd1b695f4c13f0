// swift-tools-version: 6.2
// The rooms of aigw on their four floors. What a target may import is the architecture: a stage of the path
// imports Core, never its neighbour; Gateway alone knows every stage.
import Foundation
import PackageDescription

let strict: [SwiftSetting] = [
  .strictMemorySafety(),
  .treatAllWarnings(as: .error),
  .enableExperimentalFeature("Lifetimes"),
  // Exclusive access is checked at run time in debug builds, which the tests are; a release pays nothing for it.
  .unsafeFlags(["-cross-module-optimization", "-enforce-exclusivity=unchecked"], .when(configuration: .release)),
]

/// What surrounds a call is read and written rarely: it is made small, which leaves more of the processor's cache to what
/// is on the path.
let smallRooms = ["Providers", "CEL", "Conversation", "YAML", "Client", "Upstream", "Identity"]
let small: [SwiftSetting] = strict + [.unsafeFlags(["-Osize"], .when(configuration: .release))]

/// A program is linked without what nobody asks it for: a table of its symbols for libraries that it does not load, the same
/// machine code twice, 24 bytes of table for every address to be adjusted at its start (DT_RELR: glibc 2.36 or later), and an
/// index for unwinding C++ exceptions, which nobody throws.
let slim: [LinkerSetting] = [
  .unsafeFlags(
    [
      "-use-ld=lld",
      "-Xlinker", "--no-export-dynamic",
      "-Xlinker", "--icf=all",
      "-Xlinker", "-z", "-Xlinker", "pack-relative-relocs",
      "-Xlinker", "--no-eh-frame-hdr",
    ], .when(platforms: [.linux], configuration: .release))
]

func library(_ name: String, system package: String) -> Target {
  .systemLibrary(name: name, path: "Sources/Boundary/\(name)", pkgConfig: package, providers: [.apt([package])])
}

func room(
  _ floor: String, _ name: String, uses: [Target.Dependency], resources: [Resource] = [], around inner: [String] = []
) -> Target {
  .target(
    name: name, dependencies: uses, path: "Sources/\(floor)/\(name)",
    exclude: notes("Sources/\(floor)/\(name)") + inner,
    resources: resources,
    swiftSettings: (floor == "Around" && name != "Telemetry") || smallRooms.contains(name) ? small : strict)
}

/// A dialect: all that is known about it, streams byte by byte among it, which is why it is not made small.
func dialect(_ name: String, uses: [Target.Dependency] = []) -> Target {
  .target(
    name: name,
    dependencies: ["Bytes", "Exchange", "HTTP", "JSON", "Conversation", "Providers"] + (name == "Hub" ? [] : ["Hub"])
      + uses,
    path: "Sources/Path/Dialects/\(name)", swiftSettings: strict)
}
func targets(_ names: [String]) -> [Target.Dependency] { names.map { .init(stringLiteral: $0) } }
let dialects = ["OpenAI", "Responses", "Anthropic", "Gemini", "Bedrock", "Cohere"]
let spoken = targets(dialects)

func program(_ name: String, at path: String, uses: [Target.Dependency]) -> Target {
  .executableTarget(
    name: name, dependencies: uses, path: path, exclude: notes(path),
    // Programs are thin; only those that measure and play the provider have something to do themselves.
    swiftSettings: path.hasPrefix("sidecar") || path.hasPrefix("ctl") ? small : strict, linkerSettings: slim)
}

func tests(_ floor: String, _ name: String, uses: [Target.Dependency] = []) -> Target {
  .testTarget(
    name: "\(name)Tests", dependencies: [.init(stringLiteral: name)] + uses, path: "Tests/\(floor)/\(name)Tests",
    exclude: notes("Tests/\(floor)/\(name)Tests"), swiftSettings: strict)
}

/// Pages that stand beside the code they explain, and files that tests read, are not sources.
func notes(_ path: String) -> [String] {
  let here = Context.packageDirectory + "/" + path
  return ((try? FileManager.default.contentsOfDirectory(atPath: here)) ?? []).filter {
    $0.hasSuffix(".md") || $0.hasSuffix(".db")
  }
}

let log: Target.Dependency = .product(name: "Logging", package: "swift-log")

let all: [Target] = [
  // Boundary: the only C.
  library("CLibuv", system: "libuv"),
  library("COpenSSL", system: "libssl"),
  library("CJansson", system: "jansson"),
  library("CSQLite", system: "sqlite3"),
  library("CLibyaml", system: "yaml-0.1"),
  library("CZlib", system: "zlib"),
  .target(name: "CLLHTTP", path: "Sources/Boundary/CLLHTTP"),
  .target(name: "CRuntime", path: "Sources/Boundary/CRuntime"),

  // Core: words and tools every stage shares.
  room("Core", "Bytes", uses: []),
  room("Core", "Exchange", uses: []),
  room("Core", "Reactor", uses: ["Bytes", "CLibuv", "CRuntime"]),
  room("Core", "TLS", uses: ["Bytes", "Reactor", "COpenSSL"]),
  room("Core", "JSON", uses: ["Bytes", "CJansson"]),
  room("Core", "YAML", uses: ["CLibyaml"]),
  room("Core", "HTTP", uses: ["Bytes", "CLLHTTP", "CZlib"]),
  room("Core", "Providers", uses: ["Exchange"]),
  room("Core", "Conversation", uses: ["Exchange", "JSON", "Providers"]),
  room("Core", "Client", uses: ["Bytes", "Exchange", "Reactor", "TLS", "HTTP"]),
  room("Core", "Meters", uses: ["Exchange"]),
  room("Core", "CEL", uses: ["Bytes", "Exchange"]),

  // Path: the call, in order. From Admission on it is walked once for each candidate that is tried.
  room("Path", "Listener", uses: ["Bytes", "Exchange", "Reactor", "TLS", "HTTP"]),
  room("Path", "Identity", uses: ["Bytes", "Exchange", "HTTP"]),
  room("Path", "Guard", uses: ["Bytes", "Exchange", "HTTP", "JSON", "Meters"]),
  room("Path", "Routing", uses: ["Exchange"]),
  room("Path", "Admission", uses: ["Exchange", "Meters"]),
  // What all dialects share, the dialects, and the list of them. Two of them lean on another: these arrows and no more.
  dialect("Hub"),
  dialect("OpenAI"),
  dialect("Responses", uses: ["OpenAI"]),
  dialect("Anthropic"),
  dialect("Gemini"),
  dialect("Bedrock", uses: ["Anthropic"]),
  dialect("Cohere"),
  room("Path", "Dialects", uses: ["Bytes", "Exchange", "HTTP", "JSON", "Hub"] + spoken, around: ["Hub"] + dialects),
  room("Path", "Upstream", uses: ["Bytes", "Exchange", "Reactor", "TLS", "HTTP", "JSON", "Client", "Meters"]),
  room("Path", "Metering", uses: ["Bytes", "Exchange", "JSON", "HTTP"]),
  room(
    "Path", "Gateway",
    uses: [
      "Bytes", "Exchange", "Reactor", "TLS", "JSON", "HTTP", "Client", "Meters", "Listener", "Identity", "Guard",
      "Admission", "Routing", "Dialects", "Hub", "Conversation", "Upstream", "Metering", "Policy", "Ledger",
      "Telemetry", "Prices", "Providers", "CEL", log,
    ]),

  // Around: what surrounds the call.
  room(
    "Around", "Policy",
    uses: ["Bytes", "Exchange", "JSON", "Conversation", "Meters", "CEL", "Prices", "Providers", "YAML"]),
  room("Around", "Prices", uses: ["Exchange", "JSON", "Providers"]),
  room("Around", "Ledger", uses: ["Exchange", "CSQLite"]),
  room("Around", "Leases", uses: ["Exchange", "Meters"]),
  room(
    "Around", "Alerts",
    uses: ["Bytes", "Exchange", "Reactor", "JSON", "HTTP", "Client", "Meters", "Policy", log]),
  room("Around", "Telemetry", uses: ["Bytes", "Exchange", log]),
  room(
    "Around", "Control", uses: ["Bytes", "JSON", "Reactor"],
    resources: [.embedInCode("io.aigw.Control.varlink"), .embedInCode("org.varlink.service.varlink")]),
  room(
    "Around", "Authority",
    uses: [
      "Bytes", "Exchange", "Reactor", "JSON", "Meters", "Policy", "Ledger", "Prices", "Control", "Leases", "Alerts",
      log,
    ]),

  // The programs, each a thin main.
  program(
    "aigw-sidecar", at: "sidecar",
    uses: [
      "Admission", "Alerts", "Authority", "Control", "Exchange", "Gateway", "JSON", "Ledger", "Policy", "Reactor",
      "Telemetry", log,
    ]),
  program(
    "aigwd", at: "ctl/aigwd",
    uses: [
      "Alerts", "Authority", "Bytes", "Control", "Exchange", "Ledger", "Listener", "Policy", "Reactor", "Telemetry",
      log,
    ]),
  program(
    "aigwctl", at: "ctl/aigwctl",
    uses: [
      "Bytes", "Exchange", "Reactor", "JSON", "YAML", "Policy", "Prices", "Providers", "Control", "Dialects", "Hub",
      .product(name: "ArgumentParser", package: "swift-argument-parser"),
    ]),
  program("aigw-mock", at: "examples/mock-provider", uses: ["Bytes", "Exchange", "Reactor", "TLS", "JSON", "HTTP"]),
  program("aigw-load", at: "Tests/Benchmarks/Load", uses: ["CEpoll"]),
  program("aigw-ledger", at: "Tests/Benchmarks/Ledger", uses: ["Bytes", "Exchange", "Reactor", "Ledger"]),
  .systemLibrary(name: "CEpoll", path: "Tests/Benchmarks/CEpoll"),
  program("aigw-cel", at: "Tests/Fuzz/CEL/Driver", uses: ["CEL"]),

  // Tests mirror Sources; TestSupport is what several rooms' tests share.
  .target(
    name: "TestSupport", dependencies: ["Bytes", "Exchange", "HTTP", "Meters", "Reactor"], path: "Tests/Support",
    swiftSettings: strict),
  tests("Core", "Bytes"),
  tests("Core", "Exchange", uses: ["TestSupport"]),
  tests("Core", "Reactor", uses: ["Bytes", "TestSupport"]),
  tests("Core", "TLS", uses: ["Bytes", "COpenSSL", "Reactor", "TestSupport"]),
  tests("Core", "JSON", uses: ["Bytes"]),
  tests("Core", "HTTP", uses: ["Bytes"]),
  tests("Core", "Providers", uses: ["Exchange"]),
  tests("Core", "Conversation", uses: ["Exchange", "JSON"]),
  tests("Core", "Client", uses: ["Bytes", "Exchange", "HTTP", "Reactor", "TLS", "TestSupport"]),
  tests("Core", "Meters", uses: ["Exchange", "TestSupport"]),
  tests("Core", "CEL", uses: ["Exchange"]),
  tests("Path", "Listener", uses: ["Bytes", "HTTP", "Reactor", "TestSupport"]),
  tests("Path", "Identity", uses: ["Exchange", "HTTP", "TestSupport"]),
  tests("Path", "Guard", uses: ["Bytes", "Exchange", "HTTP", "Meters", "TestSupport"]),
  tests("Path", "Routing", uses: ["Exchange"]),
  tests("Path", "Admission", uses: ["Exchange", "Meters", "TestSupport"]),
  tests(
    "Path", "Dialects",
    uses: ["Bytes", "Conversation", "Exchange", "HTTP", "JSON", "Hub", "Providers", "TestSupport"] + spoken),
  tests(
    "Path", "Upstream",
    uses: ["Bytes", "Client", "Exchange", "HTTP", "JSON", "Meters", "Reactor", "TLS", "TestSupport"]),
  tests("Path", "Metering", uses: ["Bytes", "Exchange", "JSON", "TestSupport"]),
  tests(
    "Path", "Gateway",
    uses: [
      "Admission", "Bytes", "CEL", "Client", "Dialects", "Exchange", "Guard", "HTTP", "Hub", "Identity", "Ledger",
      "Listener", "Meters", "Policy", "Providers", "Reactor", "TestSupport", "Upstream", log,
    ]),
  tests("Around", "Policy", uses: ["CEL", "Exchange", "Meters", "Prices", "Providers"]),
  tests("Around", "Prices", uses: ["Bytes", "Exchange", "JSON", "Providers", "TestSupport"]),
  tests("Around", "Ledger", uses: ["Exchange"]),
  tests("Around", "Leases", uses: ["Admission", "Exchange", "Meters", "TestSupport"]),
  tests("Around", "Alerts", uses: ["Bytes", "Exchange", "JSON", "Meters", "Policy", "Reactor", "TestSupport", log]),
  tests("Around", "Telemetry", uses: ["Exchange"]),
  tests("Around", "Control", uses: ["Bytes", "JSON", "Reactor", "TestSupport"]),
  .testTarget(
    name: "aigwctlTests", dependencies: ["aigwctl", "Control", "Exchange", "JSON", "Policy", "Reactor"],
    path: "Tests/ctl/aigwctlTests",
    swiftSettings: strict),
  tests(
    "Around", "Authority",
    uses: ["Alerts", "Bytes", "Control", "Exchange", "JSON", "Ledger", "Policy", "Reactor", "TestSupport", log]),
  .testTarget(name: "TidyTests", dependencies: ["Providers"], path: "Tests/Tidy", swiftSettings: strict),
]

/// `AIGW_ONLY=ReactorTests` leaves out what this target does not need: a sanitizer has everything built once more, which for one
/// room takes a minute and for all of them many.
func needed(by names: Set<String>, of all: [Target]) -> [Target] {
  let wanted = all.filter { names.contains($0.name) }
  let used = wanted.flatMap(\.dependencies).compactMap {
    if case .byNameItem(let name, _) = $0 { name } else { nil }
  }
  return names.isSuperset(of: used) ? wanted : needed(by: names.union(used), of: all)
}

let only = Context.environment["AIGW_ONLY"]

let package = Package(
  name: "aigw",
  products: only != nil
    ? []
    : ["aigw-sidecar", "aigwd", "aigwctl", "aigw-mock"].map { .executable(name: $0, targets: [$0]) },
  dependencies: [
    .package(url: "https://github.com/apple/swift-log", from: "1.6.0"),
    // The command line alone; it brings Foundation's essentials, which no sidecar may link.
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.5.0"),
  ],
  targets: only.map { needed(by: [$0], of: all) } ?? all,
  swiftLanguageModes: [.v6]
)
