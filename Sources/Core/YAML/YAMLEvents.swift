// YAMLEvents: the owner of libyaml. Bytes in, a run of events out; no C type and no pointer leaves this file.

internal import CLibyaml

/// A libyaml parser over its own copy of a text.
@safe
public struct YAMLEvents: ~Copyable {
  // SAFETY: allocated in init, freed in deinit, never handed out. The parser holds its own address and that of the
  // input, so neither may move.
  private let parser: UnsafeMutablePointer<yaml_parser_t>
  private let input: UnsafeMutableBufferPointer<UInt8>

  public init(_ bytes: Span<UInt8>) {
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
  public mutating func next() throws(YAMLFault) -> YAMLEvent {
    var event = unsafe yaml_event_t()
    // SAFETY: the event is this function's own; it is deleted on every path that filled it.
    guard unsafe yaml_parser_parse(parser, &event) == 1 else { throw fault() }
    defer { unsafe yaml_event_delete(&event) }
    return unsafe converted(event)
  }

  // SAFETY of the reads below: a union's member is read only for the event type that fills it.
  private func converted(_ event: yaml_event_t) -> YAMLEvent {
    var (anchor, hasTag): (String?, Bool) = (nil, false)
    let kind: YAMLEvent.Kind
    switch unsafe event.type {
    case YAML_STREAM_START_EVENT, YAML_NO_EVENT: kind = .streamStart
    case YAML_STREAM_END_EVENT: kind = .streamEnd
    case YAML_DOCUMENT_START_EVENT: kind = .documentStart
    case YAML_DOCUMENT_END_EVENT: kind = .documentEnd
    case YAML_ALIAS_EVENT: kind = unsafe .alias(name(event.data.alias.anchor) ?? "")
    case YAML_SCALAR_EVENT:
      let scalar = unsafe event.data.scalar
      let bytes = unsafe UnsafeBufferPointer(start: scalar.value, count: scalar.length)
      unsafe (anchor, hasTag) = (name(scalar.anchor), scalar.tag != nil)
      kind = unsafe .scalar(String(decoding: bytes, as: UTF8.self), style(scalar.style))
    case YAML_SEQUENCE_START_EVENT:
      let start = unsafe event.data.sequence_start
      unsafe (anchor, hasTag) = (name(start.anchor), start.tag != nil)
      kind = unsafe .sequenceStart(isFlow: start.style == YAML_FLOW_SEQUENCE_STYLE)
    case YAML_SEQUENCE_END_EVENT: kind = .sequenceEnd
    case YAML_MAPPING_START_EVENT:
      let start = unsafe event.data.mapping_start
      unsafe (anchor, hasTag) = (name(start.anchor), start.tag != nil)
      kind = unsafe .mappingStart(isFlow: start.style == YAML_FLOW_MAPPING_STYLE)
    case YAML_MAPPING_END_EVENT: kind = .mappingEnd
    default: preconditionFailure("libyaml has no such event")
    }
    let (line, column) = unsafe place(event.start_mark)
    return YAMLEvent(kind: kind, line: line, column: column, anchor: anchor, hasTag: hasTag)
  }

  private func name(_ text: UnsafeMutablePointer<yaml_char_t>?) -> String? {
    // SAFETY: libyaml ends names with NUL and keeps them as long as the event.
    unsafe text.map { unsafe String(cString: $0) }
  }

  private func style(_ style: yaml_scalar_style_t) -> YAMLEvent.Style {
    switch style {
    case YAML_SINGLE_QUOTED_SCALAR_STYLE: .singleQuoted
    case YAML_DOUBLE_QUOTED_SCALAR_STYLE: .doubleQuoted
    case YAML_LITERAL_SCALAR_STYLE: .literal
    case YAML_FOLDED_SCALAR_STYLE: .folded
    default: .plain
    }
  }

  /// libyaml's own words, which people can look up.
  private func fault() -> YAMLFault {
    // SAFETY: after a failed parse `problem` and `context` are nil or static C strings.
    let problem = unsafe parser.pointee.problem.map { unsafe String(cString: $0) } ?? "out of memory"
    guard unsafe parser.pointee.error != YAML_READER_ERROR else {
      // The reader knows no lines, only how many bytes it had taken.
      let (line, column) = place(ofByte: unsafe parser.pointee.problem_offset)
      return YAMLFault(message: "is not valid YAML: \(problem)", line: line, column: column)
    }
    let context = unsafe parser.pointee.context.map { unsafe String(cString: $0) + ", " } ?? ""
    let hint = context == "while scanning an alias, " ? "; write \"*\" with quotes" : ""
    let (line, column) = unsafe place(parser.pointee.problem_mark)
    return YAMLFault(message: "is not valid YAML: \(context)\(problem)\(hint)", line: line, column: column)
  }

  private func place(ofByte offset: Int) -> (line: Int, column: Int) {
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
    return (line, column)
  }

  /// libyaml counts from 0.
  private func place(_ mark: yaml_mark_t) -> (line: Int, column: Int) { (mark.line + 1, mark.column + 1) }
}
