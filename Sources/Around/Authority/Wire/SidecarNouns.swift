// SidecarNouns: what a sidecar says of itself, as the interface spells it.

import Exchange
import JSON

/// Which process it is: the type SidecarInfo.
public struct SidecarIdentity: Hashable, Sendable {
  /// Unique for the life of the process; names it as the holder of leases.
  public var holder: HolderName
  /// For people: namespace/pod, or host:pid.
  public var name: String
  public var version: String

  public init(holder: HolderName, name: String, version: String) {
    self.holder = holder
    self.name = name
    self.version = version
  }

  public var json: JSONValue {
    ["holder": .string(holder.text), "name": .string(name), "version": .string(version)]
  }

  /// nil when a field is missing or the holder is empty or too long to be told from others.
  public init?(_ json: JSONValue) {
    guard let holder = json["holder"]?.string, (1...Limits.holderBytesMax).contains(holder.utf8.count),
      let name = json.text("name"), let version = json.text("version")
    else { return nil }
    self.init(holder: HolderName(holder), name: name, version: version)
  }
}

/// How a circuit stands; in the order of how bad it is.
public enum CircuitState: String, CaseIterable, Hashable, Comparable, Sendable {
  case closed
  case halfOpen
  case open

  public static func < (left: Self, right: Self) -> Bool {
    allCases.firstIndex(of: left)! < allCases.firstIndex(of: right)!
  }
}

/// How a sidecar is doing: the type Status.
public struct SidecarStatus: Hashable, Sendable {
  /// One of its backends: the type BackendStatus.
  public struct Backend: Hashable, Sendable {
    public var name: BackendName
    public var circuit: CircuitState
    public var calls: Int64
    public var failures: Int64

    public init(name: BackendName, circuit: CircuitState, calls: Int64, failures: Int64) {
      self.name = name
      self.circuit = circuit
      self.calls = calls
      self.failures = failures
    }
  }

  public var generation: Generation
  public var calls: Int64
  public var openCalls: Int64
  public var residentBytes: Int64
  public var backends: [Backend]

  public init(
    generation: Generation, calls: Int64, openCalls: Int64, residentBytes: Int64, backends: [Backend]
  ) {
    self.generation = generation
    self.calls = calls
    self.openCalls = openCalls
    self.residentBytes = residentBytes
    self.backends = backends
  }

  public var json: JSONValue {
    [
      "generation": .integer(generation.number), "calls": .integer(calls), "openCalls": .integer(openCalls),
      "residentBytes": .integer(residentBytes),
      "backends": .array(
        backends.map {
          [
            "name": .string($0.name.text), "circuit": .string($0.circuit.rawValue), "calls": .integer($0.calls),
            "failures": .integer($0.failures),
          ]
        }),
    ]
  }

  public init?(_ json: JSONValue) {
    guard let generation = json.count("generation"), let calls = json.count("calls"),
      let openCalls = json.count("openCalls"), let residentBytes = json.count("residentBytes"),
      let backends = json["backends"]?.elements, backends.count <= Limits.backendsMax
    else { return nil }
    let read = backends.compactMap { backend -> Backend? in
      guard let name = backend.text("name"),
        let circuit = backend.text("circuit").flatMap(CircuitState.init(rawValue:)),
        let calls = backend.count("calls"), let failures = backend.count("failures")
      else { return nil }
      return Backend(name: BackendName(name), circuit: circuit, calls: calls, failures: failures)
    }
    guard read.count == backends.count else { return nil }
    self.init(
      generation: Generation(generation), calls: calls, openCalls: openCalls, residentBytes: residentBytes,
      backends: read)
  }
}
