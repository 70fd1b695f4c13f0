// ControlService: the table of methods that a program answers.

import JSON
import Reactor

/// The methods of io.aigw.Control, each with its handler; org.varlink.service comes with it.
///
///     let service = ControlService(product: "aigwd", version: "1.0")
///     service.on("GetPolicy") { call in ["generation": 1, "policy": policy] }
///     service.stream("Watch", keeping: .events { ["missed": .integer(Int64($0))] }) { call, subscription in
///       watchers.add(subscription)
///     }
///
/// A method of the interface without a handler is answered with MethodNotImplemented.
@EventLoop
public final class ControlService {
  /// Answers a call. What it returns must be what the interface says, which debug builds check.
  public typealias Handler = @EventLoop (ControlCall) async throws(ControlError) -> JSONValue
  /// Opens a subscription: offers the first state, keeps the subscription for later ones, and returns.
  public typealias Opener = @EventLoop (ControlCall, Subscription) async throws(ControlError) -> Void

  enum Way {
    case answer(Handler)
    case stream(SubscriptionKeeping, Opener)
  }

  private let interface = InterfaceDefinition.control
  private let product: String
  private let version: String
  private var ways: [String: Way] = [:]

  public init(product: String, version: String) {
    self.product = product
    self.version = version
    let service = InterfaceDefinition.service
    ways["\(service.name).GetInfo"] = .answer { [unowned self] _ in info }
    ways["\(service.name).GetInterfaceDescription"] = .answer { [unowned self] call throws(ControlError) in
      try description(of: call.parameters.string("interface"))
    }
  }

  /// Has `method`, without its interface, answered by `handler`.
  public func on(_ method: String, _ handler: @escaping Handler) { add(method, .answer(handler)) }

  /// Has `method` answered with as many replies as its subscription is offered.
  public func stream(_ method: String, keeping: SubscriptionKeeping, _ open: @escaping Opener) {
    add(method, .stream(keeping, open))
  }

  private func add(_ method: String, _ way: Way) {
    precondition(interface.methods[method] != nil, "\(interface.name) has no method \(method)")
    let replaced = ways.updateValue(way, forKey: "\(interface.name).\(method)")
    precondition(replaced == nil, "\(method) has two handlers")
  }

  /// How `call` is to be answered, once it is known to be one that `caller` may make and the interface allows.
  func way(for call: VarlinkCall, by caller: PeerCredentials, under access: ControlAccess) throws(ControlError) -> Way {
    guard let interface = definition(call.interface) else { throw .interfaceNotFound(call.interface) }
    guard interface.methods[call.member] != nil else { throw .methodNotFound(call.method) }
    if let refusal = access.refusal(of: call.method, by: caller) { throw refusal }
    // Nothing else is spoken here.
    guard let way = ways[call.method], !call.wantsUpgrade else { throw .methodNotImplemented(call.method) }
    if let path = interface.mistake(in: call.parameters, of: call.member) { throw .invalidParameter(path) }
    if case .stream = way, !call.wantsMore || call.isOneway { throw .expectedMore }
    return way
  }

  /// Whether `results` are what the interface says `call` is answered with.
  func mistake(in results: JSONValue, answering call: VarlinkCall) -> String? {
    definition(call.interface)?.mistake(in: results, answeredBy: call.member)
  }

  private func definition(_ name: String) -> InterfaceDefinition? {
    [interface, .service].first { $0.name == name }
  }

  private var info: JSONValue {
    [
      "vendor": "aigw", "product": .string(product), "version": .string(version), "url": "",
      "interfaces": [.string(InterfaceDefinition.service.name), .string(interface.name)],
    ]
  }

  private func description(of name: String) throws(ControlError) -> JSONValue {
    guard let definition = definition(name) else {
      throw .interfaceNotFound(String(name.prefix(ControlLimits.nameCharactersMax)))
    }
    return ["description": .string(definition.description)]
  }
}
