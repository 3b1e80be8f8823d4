package resample

// turn is an EXIF orientation taken apart: mirror the axes of the stored
// picture, then exchange them.
type turn struct {
	mirrorX, mirrorY bool // along the stored picture's axes
	transpose        bool // stored rows become upright columns
}

// turnOf maps the values 1..8 of EXIF tag 0x0112 (Exif 2.32, 4.6.4 A).
func turnOf(orientation int) turn {
	switch orientation {
	case 2:
		return turn{mirrorX: true}
	case 3:
		return turn{mirrorX: true, mirrorY: true}
	case 4:
		return turn{mirrorY: true}
	case 5:
		return turn{transpose: true}
	case 6: // turned by 90 degrees clockwise to be upright
		return turn{mirrorY: true, transpose: true}
	case 7:
		return turn{mirrorX: true, mirrorY: true, transpose: true}
	case 8: // turned by 90 degrees counter-clockwise
		return turn{mirrorX: true, transpose: true}
	default:
		return turn{}
	}
}
