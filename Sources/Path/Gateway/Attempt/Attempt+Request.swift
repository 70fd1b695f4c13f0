// Attempt+Request: what the candidate is sent: the agent's request with the backend's address, key and name for the model.

import Bytes
import Client
import Dialects
import Exchange
import Guard
import HTTP
import Hub
import Providers
import Reactor
import Upstream

extension Attempt {
  /// The body of an agent that speaks the candidate's dialect: what it sent, with a few fields spliced.
  var requestBody: [ByteSlice] {
    guard let body = call.body else { return call.request.body.isEmpty ? [] : [call.request.body] }
    var changes = RequestChanges()
    changes.model = candidate.providerModel(for: call.model)
    changes.addsStreamUsage = addsStreamUsage
    changes.outputMax = outputMax
    changes.habits = candidate.backend.habits
    // Chats alone have two names for it.
    if !call.asksOpenAIChat { changes.habits = ProviderHabits(outputMaxField: .maxTokens) }
    return body.body(with: changes)
  }

  /// Throws where the backend's secret cannot be had.
  func requestHead(over body: [ByteSlice]) async throws(ClientFault) -> ByteSlice {
    let bodyCount = body.reduce(0) { $0 + $1.count }
    let backend = candidate.backend
    let request = call.request
    var head = ByteBuffer(minimumCapacity: request.head.bytes.count + 256)
    head.append(request.methodName)
    head.append(" ")
    let model = candidate.providerModel(for: call.model)?.text ?? ""
    if let crossing {
      crossing.provider.adapter.appendPath(
        asking: call.endpoint.kind, model: model, streams: call.body?.wantsStream ?? false, under: backend.paths,
        to: &head)
    } else if request.wantsWebSocket {
      head.append(call.dialect == .openAI ? backend.paths.openAI : backend.paths.native)
      call.appendSession(model: model, to: &head)
    } else {
      call.dialect.adapter.appendPath(of: call.endpoint, model: model, under: backend.paths, to: &head)
    }
    head.append(" HTTP/1.1\r\n")
    head.append(backend.hostLine)
    let isModelCall = call.endpoint.isModelCall
    let wantsWebSocket = request.wantsWebSocket
    let dialect = crossing?.provider ?? call.dialect
    let fields = request.head
    ForwardedFields.append(fields, to: &head) { index in
      (crossing == nil ? ForwardedFields.goesUp(index, of: fields) : ForwardedFields.goesAcross(index, of: fields))
        && !backend.takes(fields.name(at: index))
        && !(wantsWebSocket && ForwardedFields.isOfHandshake(index, of: fields))
        && !(isModelCall && fields.name(at: index).equalsIgnoringCase("content-type"))
    }
    if isModelCall { head.append("content-type: application/json\r\n") }
    if wantsWebSocket { call.appendUpgrade(to: &head) }
    head.append("accept-encoding: identity\r\n")
    if let credential = backend.credential {
      try await credential.append(to: &head, body: body, dialect: dialect, agent: fields)
    }
    dialect.adapter.appendOwnFields(missingFrom: fields, to: &head)
    if bodyCount > 0 || request.method == .post { head.appendField("content-length", decimal: bodyCount) }
    head.appendHeadEnd()
    return head.take()
  }
}
