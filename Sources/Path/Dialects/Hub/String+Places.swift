// String+Places: which field a path names, wherever it stands.

extension String {
  /// `contents[2].parts[0].x` is `contents[].parts[].x`: which field it is, wherever it stands.
  package var withoutPlaces: String {
    var isInside = false
    return filter { character in
      if character == "[" { isInside = true } else if character == "]" { isInside = false } else { return !isInside }
      return true
    }
  }
}
