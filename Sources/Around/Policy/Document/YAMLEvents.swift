// YAMLEvents: the owner of libyaml. Bytes in, a run of events out; no C type and no pointer leaves this file.

import Bytes
internal import CLibyaml

/// What libyaml saw next.
struct YAMLEvent {
  enum Kind: Equatable {
    case streamStart
    case streamEnd
    case documentStart
    case documentEnd
    case alias
    /// `isPlain`: written without quotes, so it may be a number, a boolean or null.
    case scalar(String, isPlain: Bool)
    case sequenceStart
    case sequenceEnd
    case mappingStart
    case mappingEnd
  }

  let kind: Kind
  let position: Position
  let hasAnchor: Bool
  let hasTag: Bool
}

/// A libyaml parser over its own copy of a document.
@safe
struct YAMLEvents: ~Copyable {
  // SAFETY: allocated in init, freed in deinit, never handed out. The parser holds its own address and that of the
  // input, so neither may move.
  private let parser: UnsafeMutablePointer<yaml_parser_t>
  private let input: UnsafeMutableBufferPointer<UInt8>
  private let file: Int

  /// - Parameter file: which of the files of a document this is, for the positions.
  init(_ bytes: Span<UInt8>, file: Int) {
    self.file = file
    // SAFETY: the copy has as many bytes as the span, and at least one so that its address is never nil.
    unsafe input = .allocate(capacity: max(bytes.count, 1))
    for index in 0..<bytes.count { unsafe (input.baseAddress! + index).initialize(to: bytes[index]) }
    unsafe parser = .allocate(capacity: 1)
    // SAFETY: initialize fills in the whole struct before it is read.
    precondition(unsafe yaml_parser_initialize(parser) == 1, "libyaml could not allocate a parser")
    unsafe yaml_parser_set_encoding(parser, YAML_UTF8_ENCODING)
    unsafe yaml_parser_set_input_string(parser, input.baseAddress!, bytes.count)
  }

  deinit {
    // SAFETY: both are this value's own and are not used again.
    unsafe yaml_parser_delete(parser)
    unsafe parser.deallocate()
    unsafe input.deallocate()
  }

  /// The next event; after `streamEnd` or an error there is none to ask for.
  mutating func next() throws(SyntaxFault) -> YAMLEvent {
    var event = unsafe yaml_event_t()
    // SAFETY: the event is this function's own; it is deleted on every path that filled it.
    guard unsafe yaml_parser_parse(parser, &event) == 1 else { throw fault() }
    defer { unsafe yaml_event_delete(&event) }
    return unsafe converted(event)
  }

  // SAFETY of the reads below: a union's member is read only for the event type that fills it.
  private func converted(_ event: yaml_event_t) -> YAMLEvent {
    var (hasAnchor, hasTag) = (false, false)
    let kind: YAMLEvent.Kind
    switch unsafe event.type {
    case YAML_STREAM_START_EVENT, YAML_NO_EVENT: kind = .streamStart
    case YAML_STREAM_END_EVENT: kind = .streamEnd
    case YAML_DOCUMENT_START_EVENT: kind = .documentStart
    case YAML_DOCUMENT_END_EVENT: kind = .documentEnd
    case YAML_ALIAS_EVENT: kind = .alias
    case YAML_SCALAR_EVENT:
      let scalar = unsafe event.data.scalar
      let bytes = unsafe UnsafeBufferPointer(start: scalar.value, count: scalar.length)
      unsafe (hasAnchor, hasTag) = (scalar.anchor != nil, scalar.tag != nil)
      kind = unsafe .scalar(String(decoding: bytes, as: UTF8.self), isPlain: scalar.style == YAML_PLAIN_SCALAR_STYLE)
    case YAML_SEQUENCE_START_EVENT:
      unsafe (hasAnchor, hasTag) = (event.data.sequence_start.anchor != nil, event.data.sequence_start.tag != nil)
      kind = .sequenceStart
    case YAML_SEQUENCE_END_EVENT: kind = .sequenceEnd
    case YAML_MAPPING_START_EVENT:
      unsafe (hasAnchor, hasTag) = (event.data.mapping_start.anchor != nil, event.data.mapping_start.tag != nil)
      kind = .mappingStart
    case YAML_MAPPING_END_EVENT: kind = .mappingEnd
    default: preconditionFailure("libyaml has no such event")
    }
    let position = unsafe position(event.start_mark)
    return YAMLEvent(kind: kind, position: position, hasAnchor: hasAnchor, hasTag: hasTag)
  }

  /// libyaml's own words, which people can look up.
  private func fault() -> SyntaxFault {
    // SAFETY: after a failed parse `problem` and `context` are nil or static C strings.
    let problem = unsafe parser.pointee.problem.map { unsafe String(cString: $0) } ?? "out of memory"
    guard unsafe parser.pointee.error != YAML_READER_ERROR else {
      // The reader knows no lines, only how many bytes it had taken.
      let offset = unsafe parser.pointee.problem_offset
      return SyntaxFault("is not valid YAML: \(problem)", position(ofByte: offset))
    }
    let context = unsafe parser.pointee.context.map { unsafe String(cString: $0) + ", " } ?? ""
    let hint = context == "while scanning an alias, " ? "; write \"*\" with quotes" : ""
    return SyntaxFault("is not valid YAML: \(context)\(problem)\(hint)", unsafe position(parser.pointee.problem_mark))
  }

  private func position(ofByte offset: Int) -> Position {
    var (line, column) = (1, 1)
    // SAFETY: only initialised bytes are read: the input's first `count`, and libyaml never counts past them.
    for index in 0..<min(offset, unsafe input.count) {
      let byte = unsafe input[index]
      if byte == UInt8(ascii: "\n") {
        (line, column) = (line + 1, 1)
      } else if byte & 0xC0 != 0x80 {
        column += 1
      }
    }
    return Position(file: file, line: line, column: column)
  }

  /// libyaml counts from 0.
  private func position(_ mark: yaml_mark_t) -> Position {
    Position(file: file, line: mark.line + 1, column: mark.column + 1)
  }
}
