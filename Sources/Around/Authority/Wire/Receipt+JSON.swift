// Receipt+JSON: the type Receipt of the interface, read and written.

import Bytes
import Exchange
import JSON

extension Receipt {
  public var json: JSONValue {
    .present([
      ("request", .string(request.description)), ("attempt", .integer(Int64(attempt))),
      ("endedAt", .integer(endedAt.milliseconds)), ("model", .string(model.text)), ("backend", .text(backend?.text)),
      ("providerModel", .text(providerModel?.text)), ("payer", .string(payer)), ("user", .text(user)),
      ("team", .text(team)), ("tenant", .text(tenant)), ("pod", .text(pod)), ("sidecar", .text(sidecar)),
      ("state", .string(state.rawValue)), ("status", .integer(Int64(status))), ("usage", usage.json),
      ("cost", .number(cost?.value)), ("prices", .text(priceRow)), ("disputed", isDisputed ? true : nil),
      ("reserved", .integer(reserved.value)), ("fittedOutput", .number(fittedOutput?.value)),
      ("latencyUs", .integer(latencyUs)), ("firstTokenUs", .number(firstTokenUs)),
      ("details", details.flatMap { try? JSONValue.parse($0.utf8.span) }),
    ])
  }

  /// nil when it is no receipt: a field is missing, negative, or not one of its words.
  public init?(_ json: JSONValue) {
    guard let digits = json.text("request"), let request = RequestID(digits: digits),
      let attempt = json.count("attempt"), let endedAt = json.number("endedAt"), let model = json.text("model"),
      let payer = json.text("payer"), let state = json.text("state").flatMap(State.init(rawValue:)),
      let status = json.count("status"), status <= 999, let usage = json["usage"].flatMap(Usage.init),
      let reserved = json.number("reserved"), let latencyUs = json.count("latencyUs")
    else { return nil }
    self.init(
      request: request, attempt: Int(clamping: attempt), endedAt: WallTime(milliseconds: endedAt),
      model: ModelName(model), backend: json.text("backend").map { BackendName($0) },
      providerModel: json.text("providerModel").map { ModelName($0) }, payer: payer, user: json.text("user"),
      team: json.text("team"), tenant: json.text("tenant"), pod: json.text("pod"), sidecar: json.text("sidecar"),
      usage: usage, cost: json.number("cost").map { NanoDollars($0) }, priceRow: json.text("prices"),
      isDisputed: json["disputed"]?.bool ?? false, state: state, status: Int(status), reserved: TokenCount(reserved),
      fittedOutput: json.number("fittedOutput").map { TokenCount($0) }, latencyUs: latencyUs,
      firstTokenUs: json.number("firstTokenUs"), details: json["details"].flatMap(Self.details))
  }

  /// As text, if it is as small as promised.
  private static func details(_ json: JSONValue) -> String? {
    let bytes = json.bytes
    return bytes.count <= Limits.detailsBytesMax ? String(decoding: bytes, as: UTF8.self) : nil
  }
}

extension Usage {
  /// `{"input": 9, "output": 4, "total": 13, "basis": "reported"}`; what nobody reported is left out.
  var json: JSONValue {
    .present([
      ("input", .number(input?.value)), ("output", .number(output?.value)), ("total", .number(reportedTotal?.value)),
      ("cachedInput", .number(cachedInput?.value)), ("cacheCreationInput", .number(cacheCreationInput?.value)),
      ("reasoning", .number(reasoning?.value)), ("basis", .string(basis.rawValue)),
    ])
  }

  init?(_ json: JSONValue) {
    guard let basis = json.text("basis").flatMap(Basis.init(rawValue:)) else { return nil }
    func tokens(_ name: String) -> TokenCount? { json.number(name).map { TokenCount($0) } }
    self.init(
      input: tokens("input"), output: tokens("output"), reportedTotal: tokens("total"),
      cachedInput: tokens("cachedInput"), cacheCreationInput: tokens("cacheCreationInput"),
      reasoning: tokens("reasoning"), basis: basis)
  }
}
