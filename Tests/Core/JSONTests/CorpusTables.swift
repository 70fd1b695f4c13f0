// CorpusTables: what the corpus is made of.

extension Corpus {
  static let soundTexts: [String] = [
    #"{"model":"gpt-4o","messages":[{"role":"user","content":"Hello, how are you?"}],"stream":true,"max_tokens":256}"#,
    #"{"model": "gpt-4o", "messages": [{"role": "system", "content": "Be kind."}, {"role": "user", "content": "Hi"}], "temperature": 0.7, "top_p": 1, "n": 1, "user": "u-1"}"#,
    "{\n  \"model\": \"gpt-4o-mini\",\n  \"stream\": false,\n  \"messages\": [\n    {\"role\": \"user\", \"content\": \"pretty\\nprinted\"}\n  ]\n}\n",
    #"{"messages":[{"role":"user","content":[{"type":"text","text":"what is it"},{"type":"image_url","image_url":{"url":"data:image/png;base64,iVBORw0KGgo="}}]}],"model":"gpt-4o","max_completion_tokens":1000}"#,
    #"{"model":"gpt-4o","messages":[],"tools":[{"type":"function","function":{"name":"weather","parameters":{"type":"object","properties":{"city":{"type":"string"}},"required":["city"]}}}],"tool_choice":"auto"}"#,
    #"{"model":"gpt-4o","messages":[{"role":"assistant","content":null,"tool_calls":[{"id":"call_1","type":"function","function":{"name":"weather","arguments":"{\"city\":\"Paris\"}"}}]},{"role":"tool","tool_call_id":"call_1","content":"18 C"}]}"#,
    #"{"model":"gpt-4o","stream":true,"stream_options":{"include_usage":true},"messages":[{"role":"user","content":"x"}]}"#,
    #"{"stream_options": { }, "stream": true, "model": "m"}"#,
    #"{"id":"chatcmpl-1","object":"chat.completion.chunk","created":1700000000,"model":"gpt-4o","choices":[{"index":0,"delta":{"role":"assistant","content":""},"finish_reason":null}]}"#,
    #"{"id":"chatcmpl-1","object":"chat.completion.chunk","model":"gpt-4o","choices":[{"index":0,"delta":{"content":" wörld 😀"},"logprobs":null,"finish_reason":null}],"usage":null}"#,
    #"{"id":"c","choices":[],"usage":{"prompt_tokens":11,"completion_tokens":7,"total_tokens":18,"prompt_tokens_details":{"cached_tokens":0}}}"#,
    #"{"id":"c","object":"chat.completion","choices":[{"index":0,"message":{"role":"assistant","content":"Four."},"finish_reason":"stop"}],"usage":{"prompt_tokens":11,"completion_tokens":2,"total_tokens":13}}"#,
    #"{"object":"list","data":[{"object":"embedding","index":0,"embedding":[0.0023064255,-0.009327292,1e-7,-1.5E+3]}],"model":"e","usage":{"prompt_tokens":8,"total_tokens":8}}"#,
    #"{"model":"e","input":["one","two","three"],"encoding_format":"float","user":""}"#,
    #"{"error":{"message":"Rate limit","type":"requests","param":null,"code":"rate_limit_exceeded"}}"#,
    #"{"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"ok"}}"#,
    #"{"candidates":[{"content":{"parts":[{"text":"hi"}],"role":"model"}}],"usageMetadata":{"promptTokenCount":4}}"#,
    #"{"mod\u0065l":"escaped name","\u006d\u0061x_tokens":5,"n":2}"#,
    #"{"model":"one","model":"two","n":1,"n":2,"n":3}"#,
    #"{"model":"all \"\\\/\b\f\n\r\t escapes \u0041\u00e9\u20ac\ud83d\ude00\uD83D\uDE00"}"#,
    #"{"user":"é ß ж € 漢字 😀 \u007f","model":"ünïcode"}"#,
    #"{"n":9223372036854775807,"max_tokens":-9223372036854775808,"user":0,"model":-0}"#,
    #"{"n":1e308,"max_tokens":1.7976931348623157e308,"user":-1e-999,"model":0e999,"stream":0.0000001E+310}"#,
    "{}", " { } ", "{\"\":{}}",
    #"{"n":9223372036854775808}"#, #"{"n":-9223372036854775809}"#, #"{"n":123456789012345678901234567890}"#,
    #"{"n":1.7976931348623159e308}"#, #"{"n":1e309}"#, #"{"n":-1e999}"#,
    #"{"model":"\u00017","\u0001user":1e400,"messages":["\u0001\u00018",[18446744073709551615],"\u0001"],"n":{"n":1e-9}}"#,
    #"{"messages":[[[[[[[[[[{"a":{"b":{"c":[1,[2,[3,[]]]]}}}]]]]]]]]]],"model":"m"}"#,
    #"{"model":"gpt-4o","messages":[{"role":"user","content":"a rather long sentence that goes well past the thirty-two bytes the quick path looks at, and past the next ones too, so that every loop has something to do"}],"max_tokens":1}"#,
    #"{"a_name_that_is_much_longer_than_any_wanted_one_could_be":true,"max_completion_tokens":3,"max_completion_tokensx":4,"max_completion_token":5}"#,
    #"{"stream":true ,"n" : 1 , "user":null, "model":[] ,"messages":{} }"#,
  ]

  /// No objects, or not JSON.
  static let unsoundTexts: [String] = [
    #"{"stream":True}"#, #"{"stream":tru}"#, #"{'model':'x'}"#, #"{"n":01}"#, #"{"n":1.}"#, #"{"n":.5}"#, #"{"n":+1}"#,
    #"{"n":1,}"#, #"{"messages":[1,]}"#, #"{"model":"x"} trailing"#, #"{"model":"x"}{}"#,
    "[]", "[{\"model\":\"in an array\"}]", "null", "\"text\"", "17", "",
  ]

  static let tokens: [[UInt8]] = [
    "{", "}", "[", "]", ":", ",", "\"", "\\", "true", "false", "null", "0", "-", "1e5", "{}", "[]", "\"\"", "\\u",
    "\\ud800", "\\udc00", "\\u0000", "\\u00e9", "\u{7F}", " ", "\n", "//", "[[[[[[[[", "]]]]]]]]", "nul", "NaN",
    "Infinity",
  ].map { Array($0.utf8) }

  static let values: [[UInt8]] = [
    "1", "-1", "0", "-0", "true", "false", "null", "{}", "[]", "[ ]", "{ }", "\"\"", "\"x\"", "\"\\u0078\"", "1.5",
    "1e3",
    "1E-3", "99999999999999999999", "9223372036854775807", "9223372036854775808", "1e308", "1e309", "0.1e309", "0e400",
    "[1e400]", "{\"n\":18446744073709551615}", "\"\\u000118446744073709551615\"", "\"\\ud83d\\ude00\"", "\"\\ud83d\"",
    "[1,\"a\",{\"b\":null}]", "{\"include_usage\":false}", "truee", "--1", "1.2.3",
    "",
  ].map { Array($0.utf8) }

  static let members: [[UInt8]] = [
    #""model":"other","#, #""n":3,"#, #""stream":false,"#, #""m\u006fdel":"hidden","#, #""stream_options":{"a":1},"#,
    #""\u0073tream":true,"#, #""max_tokens":9007199254740993,"#, #""user":"\"","#, #""x":[{}],"#, #""":0,"#,
    #""n" :1 ,"#,
    #""mod\u0000el":1,"#, #""usage":{"prompt_tokens":3},"#, #""Model":"not it","#, #""model\n":"nor this","#,
  ].map { Array($0.utf8) }

  static let strings: [[UInt8]] = [
    "plain", "\\u0001", "\\n", "\\u00e9", "\\ud83d\\ude00", "é", "漢字", "😀", "\\\\", "\\/",
    "0123456789012345678901234567890123456789",
    "\u{7F}", "\u{80}", "\u{7FF}", "\u{800}", "\u{FFFF}", "\u{10000}", "\u{10FFFF}", "\u{D7FF}", "\u{E000}",
  ].map { Array($0.utf8) }

  /// One of each way UTF-8 can be wrong, and what strings must not hold.
  static let malformed: [[UInt8]] = [
    [0x80], [0xBF], [0xC0, 0x80], [0xC1, 0xBF], [0xC2], [0xC2, 0x41], [0xE0, 0x80, 0x80], [0xE0, 0x9F, 0xBF],
    [0xE1, 0x80], [0xE1, 0x80, 0x41], [0xED, 0xA0, 0x80], [0xED, 0xBF, 0xBF], [0xF0, 0x80, 0x80, 0x80],
    [0xF0, 0x8F, 0xBF, 0xBF], [0xF1, 0x80, 0x80], [0xF1, 0x80, 0x80, 0x41], [0xF4, 0x90, 0x80, 0x80],
    [0xF5, 0x80, 0x80, 0x80], [0xF8], [0xFE], [0xFF], [0x00], [0x01], [0x09], [0x0A], [0x1F],
  ]
}
