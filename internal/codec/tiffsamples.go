package codec

import (
	"encoding/binary"
	"math"
)

// unpredict undoes prediction in a row of pixels of n samples of whole bytes. Samples of other sizes are summed up where
// they are unpacked.
func (l *tiffLayout) unpredict(row []byte, n int) {
	switch {
	case l.predictor == tiffFloating:
		l.unpredictFloats(row, n)
	case l.predictor != tiffDifferences:
	case l.bits == 8:
		for i := n; i < len(row); i++ {
			row[i] += row[i-n]
		}
	case l.bits == 16:
		for i := 2 * n; i+2 <= len(row); i += 2 {
			l.order.PutUint16(row[i:], l.order.Uint16(row[i:])+l.order.Uint16(row[i-2*n:]))
		}
	case l.bits == 32:
		for i := 4 * n; i+4 <= len(row); i += 4 {
			l.order.PutUint32(row[i:], l.order.Uint32(row[i:])+l.order.Uint32(row[i-4*n:]))
		}
	case l.bits == 64:
		for i := 8 * n; i+8 <= len(row); i += 8 {
			l.order.PutUint64(row[i:], l.order.Uint64(row[i:])+l.order.Uint64(row[i-8*n:]))
		}
	}
}

// unpredictFloats undoes the predictor of Adobe's TIFF technical note 3: the bytes of a row are differences, and stand in
// planes, all first (highest) bytes, then all second ones, and so on. The samples come out in the file's byte order.
func (l *tiffLayout) unpredictFloats(row []byte, n int) {
	for i := n; i < len(row); i++ {
		row[i] += row[i-n]
	}
	size := l.bits / 8
	count := len(row) / size
	planes := append([]byte(nil), row...)
	for i := range count {
		for b := range size {
			at := i*size + b
			if l.order == binary.ByteOrder(binary.LittleEndian) {
				at = i*size + size - 1 - b
			}
			row[at] = planes[b*count+i]
		}
	}
}

// unpack stores the samples of a row, from 0 to 65535: all of them, or those of plane p of n.
func (s *tiffSink) unpack(row []byte, p, n int) {
	l := s.layout
	switch {
	case l.bits == 8:
		for i := p; i < len(s.row); i += n {
			s.row[i] = s.table[row[i/n]]
		}
	case l.bits == 16 && l.kind == tiffUnsigned:
		for i := p; i < len(s.row); i += n {
			s.row[i] = l.order.Uint16(row[i/n*2:])
		}
	case l.bits >= 16:
		for i := p; i < len(s.row); i += n {
			s.row[i] = l.sample(row[i/n*(l.bits/8):])
		}
	default:
		s.unpackBits(row, p, n)
	}
}

// unpackBits is unpack for samples that are no whole bytes.
func (s *tiffSink) unpackBits(row []byte, p, n int) {
	l := s.layout
	stride := l.samples / n // samples of a pixel in the row
	before := make([]int, stride)
	bit := 0
	for i := p; i < len(s.row); i += n {
		v := 0
		for k := bit; k < bit+l.bits; k++ {
			v = v<<1 | int(row[k>>3]>>(7-k&7)&1)
		}
		bit += l.bits
		if l.predictor == tiffDifferences {
			b := &before[i/n%stride]
			v = (v + *b) & (1<<l.bits - 1)
			*b = v
		}
		if s.table != nil {
			s.row[i] = s.table[v]
		} else {
			s.row[i] = s.meaning(v)
		}
	}
}

// meaning scales a stored value of up to 16 bits to 0 to 65535. The lowest of a signed kind is black.
func (s *tiffSink) meaning(v int) uint16 {
	l := s.layout
	if l.photometric == tiffPalette {
		return uint16(v)
	}
	if l.kind == tiffSigned {
		v ^= 1 << (l.bits - 1)
	}
	top := 1<<l.bits - 1
	return uint16((v*65535 + top/2) / top)
}

// sample reads a sample of 16, 32 or 64 bits.
func (l *tiffLayout) sample(p []byte) uint16 {
	var v uint64
	switch l.bits {
	case 16:
		v = uint64(l.order.Uint16(p))
	case 32:
		v = uint64(l.order.Uint32(p))
	default:
		v = l.order.Uint64(p)
	}
	switch l.kind {
	case tiffFloat:
		return unitTo16(l.float(v))
	case tiffSigned:
		v ^= 1 << (l.bits - 1)
	}
	if l.bits == 16 {
		return uint16(v)
	}
	v >>= l.bits - 32
	return uint16((v*65535 + 1<<31) / (1<<32 - 1))
}

// float makes a number of the bits of an IEEE 754 one.
func (l *tiffLayout) float(v uint64) float64 {
	switch l.bits {
	case 64:
		return math.Float64frombits(v)
	case 32:
		return float64(math.Float32frombits(uint32(v)))
	}
	sign, exponent, fraction := 1-2*float64(v>>15), int(v>>10&31), float64(v&1023)
	switch exponent {
	case 0:
		return sign * math.Ldexp(fraction, -24)
	case 31:
		if fraction != 0 {
			return math.NaN()
		}
		return math.Inf(int(sign))
	}
	return sign * math.Ldexp(1024+fraction, exponent-25)
}

// unitTo16 scales 0 to 1 to 0 to 65535; what is outside is cut off.
func unitTo16(f float64) uint16 {
	if !(f > 0) { // also what is no number
		return 0
	}
	return uint16(float64(min(f, 1)*65535) + 0.5)
}
