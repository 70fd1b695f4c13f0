// Conversation+Reading: what is the same in reading an agent's request, whatever its dialect.

import Bytes
import Conversation
import Exchange

extension Conversation {
  /// What `read` makes of the outermost object of `body`; then the dialect's `hints` are let go.
  ///
  /// - Throws: a 400 that names the field at fault.
  package static func reading(
    _ body: ByteSlice, names: ObjectReader.Names = .asAsked, model: ModelName, streams: Bool, lettingGo hints: Hints,
    by read: (inout ObjectReader, inout Conversation) throws(ShapeFault) -> Void
  ) throws(Fault) -> Conversation {
    var conversation = Conversation(model: model.text)
    conversation.streams = streams
    do throws(ShapeFault) {
      var request = try ObjectReader(parsing: body, names: names)
      try read(&request, &conversation)
    } catch { throw error.fault }
    conversation.letGo(by: hints)
    return conversation
  }
}
