package codec

import "errors"

var errFilter = errors.New("unknown filter")

// unfilter undoes a row's filter in place (PNG third edition, clause 9.2). prev is the row above, as long as cur and
// zero above the first one; bpp is the distance in bytes to the pixel on the left, at least 1.
func unfilter(filter byte, cur, prev []byte, bpp int) error {
	prev = prev[:len(cur)]
	switch filter {
	case 0:
	case 1:
		for i := bpp; i < len(cur); i++ {
			cur[i] += cur[i-bpp]
		}
	case 2:
		for i, up := range prev {
			cur[i] += up
		}
	case 3:
		for i := range min(bpp, len(cur)) {
			cur[i] += prev[i] / 2
		}
		for i := bpp; i < len(cur); i++ {
			cur[i] += uint8((int(cur[i-bpp]) + int(prev[i])) / 2)
		}
	case 4:
		switch bpp {
		case 3:
			unpaeth3(cur, prev)
		case 4:
			unpaeth4(cur, prev)
		default:
			unpaeth(cur, prev, bpp)
		}
	default:
		return errFilter
	}
	return nil
}

// paeth returns what a Paeth filter predicts from the samples on the left, above and above left (clause 9.4).
func paeth(left, up, upLeft int32) int32 {
	pa, pb := up-upLeft, left-upLeft
	pc := abs32(pa + pb)
	pa, pb = abs32(pa), abs32(pb)
	if pa <= pb && pa <= pc {
		return left
	}
	if pb <= pc {
		return up
	}
	return upLeft
}

func abs32(v int32) int32 {
	sign := v >> 31
	return (v ^ sign) - sign
}

func unpaeth(cur, prev []byte, bpp int) {
	for i := range min(bpp, len(cur)) {
		cur[i] += prev[i] // with nothing on the left the prediction is the sample above
	}
	for i := bpp; i < len(cur); i++ {
		cur[i] += byte(paeth(int32(cur[i-bpp]), int32(prev[i]), int32(prev[i-bpp])))
	}
}

// unpaeth3 and unpaeth4 keep the neighbours of each channel in registers, which makes them twice as fast.
func unpaeth3(cur, prev []byte) {
	var l0, l1, l2, c0, c1, c2 int32
	for i := 0; i+3 <= len(cur) && i+3 <= len(prev); i += 3 {
		d, p := cur[i:i+3:i+3], prev[i:i+3:i+3]
		u0, u1, u2 := int32(p[0]), int32(p[1]), int32(p[2])
		l0 = (int32(d[0]) + paeth(l0, u0, c0)) & 0xFF
		l1 = (int32(d[1]) + paeth(l1, u1, c1)) & 0xFF
		l2 = (int32(d[2]) + paeth(l2, u2, c2)) & 0xFF
		d[0], d[1], d[2] = byte(l0), byte(l1), byte(l2)
		c0, c1, c2 = u0, u1, u2
	}
}

func unpaeth4(cur, prev []byte) {
	var l0, l1, l2, l3, c0, c1, c2, c3 int32
	for i := 0; i+4 <= len(cur) && i+4 <= len(prev); i += 4 {
		d, p := cur[i:i+4:i+4], prev[i:i+4:i+4]
		u0, u1, u2, u3 := int32(p[0]), int32(p[1]), int32(p[2]), int32(p[3])
		l0 = (int32(d[0]) + paeth(l0, u0, c0)) & 0xFF
		l1 = (int32(d[1]) + paeth(l1, u1, c1)) & 0xFF
		l2 = (int32(d[2]) + paeth(l2, u2, c2)) & 0xFF
		l3 = (int32(d[3]) + paeth(l3, u3, c3)) & 0xFF
		d[0], d[1], d[2], d[3] = byte(l0), byte(l1), byte(l2), byte(l3)
		c0, c1, c2, c3 = u0, u1, u2, u3
	}
}
