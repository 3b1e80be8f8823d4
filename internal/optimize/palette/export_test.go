package palette

// CoverOf says how a colour of this alpha covers its ground: 0 not at all, 1 in part, 2 all of it.
func CoverOf(alpha uint8) int { return int(classOf(alpha)) }
