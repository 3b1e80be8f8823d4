package codec

import (
	"encoding/binary"

	"imgpool/internal/jpeg"
)

// maxProbedPixels is the largest progressive picture that jpegPercent decodes to see how far it goes: at a quarter of
// the size this takes less than 16 MiB.
const maxProbedPixels = 1 << 24

// jpegPercent tells how much of a JPEG's coded data is there, for files that lack their end-of-image marker. For
// sequential files it is exact: the entropy-coded data are read, without keeping anything, up to where they stop. So
// 100 means that nothing but the marker is missing. Progressive files are decoded, since only that tells where a scan
// ends; for those that are too large, or of a kind that the decoder does not take, it is an estimate below 100, by how
// many of the coefficients' bits the scans cover.
func jpegPercent(data []byte, h *Header) float64 {
	l := h.layout.(*jpegLayout)
	if h.Progressive && isPlanar(h) && int64(h.Width)*int64(h.Height) <= maxProbedPixels {
		if p, err := jpeg.Decode(data, jpeg.Options{ScaleLuma: 4, ScaleChroma: 4, AllowTruncated: true}); err == nil {
			defer p.Release()
			if p.Incomplete != nil {
				return p.Incomplete.Percent
			}
			return 100
		}
	}
	w := jpegWalker{layout: l, mcusX: 1, mcusY: 1}
	w.setGeometry(h)
	var total, done float64
	for _, b := range w.blocks {
		total += float64(b)
	}
	levels := 1.0
	if h.Progressive {
		levels = w.levels(data)
	}
	for i, s := range l.segments {
		payload := data[s.payload:s.end]
		switch s.marker {
		case mDHT:
			w.readTables(payload)
		case mDRI:
			if len(payload) >= 2 {
				w.restart = int(binary.BigEndian.Uint16(payload))
			}
		case mSOS:
			scan, coded, ok := w.readScan(payload)
			if !ok {
				continue
			}
			last := i == len(l.segments)-1
			switch {
			case !h.Progressive:
				done += w.walk(scan, coded)
			case last && scan.first() && scan.ss == 0:
				done += w.walk(scan, coded) * scan.weight(levels)
			case last:
				done += w.size(scan) * scan.weight(levels) / 2
			default:
				done += w.size(scan) * scan.weight(levels)
			}
		}
	}
	percent := 100 * done / total
	if h.Progressive {
		return min(percent, 99)
	}
	return min(percent, 100)
}

// jpegWalker reads Huffman-coded data for their length alone.
type jpegWalker struct {
	layout       *jpegLayout
	mcusX, mcusY int       // MCUs of an interleaved scan
	blocks       []int     // blocks of each component, those that only pad an MCU not counted
	perMCU       []int     // blocks of each component in an MCU
	restart      int       // MCUs in a restart interval, 0 = none
	tables       [8]hufLen // DC 0 to 3, AC 0 to 3
}

// setGeometry computes the block counts (T.81, A.1.1 and A.2).
func (w *jpegWalker) setGeometry(h *Header) {
	hmax, vmax := 1, 1
	for _, c := range w.layout.components {
		hmax, vmax = max(hmax, int(c.h)), max(vmax, int(c.v))
	}
	w.mcusX, w.mcusY = ceilDiv(h.Width, 8*hmax), ceilDiv(h.Height, 8*vmax)
	for _, c := range w.layout.components {
		width, height := ceilDiv(h.Width*int(c.h), hmax), ceilDiv(h.Height*int(c.v), vmax)
		w.blocks = append(w.blocks, ceilDiv(width, 8)*ceilDiv(height, 8))
		w.perMCU = append(w.perMCU, int(c.h)*int(c.v))
	}
}

// hufLen is a Huffman table as T.81, F.2.2.3 decodes it: for each code length the first code that is longer, and where
// its values begin.
type hufLen struct {
	limit  [17]int32 // codes of length n are below limit[n]; 0 = none
	offset [17]int32 // value index = code + offset[n]
	values []byte
}

// readTables reads the tables of a DHT segment (T.81, B.2.4.2); what does not fit is left out.
func (w *jpegWalker) readTables(p []byte) {
	for len(p) >= 17 {
		class, id := p[0]>>4, p[0]&15
		count := 0
		for _, n := range p[1:17] {
			count += int(n)
		}
		if class > 1 || id > 3 || 17+count > len(p) {
			return
		}
		t := &w.tables[4*class+id]
		*t = hufLen{values: p[17 : 17+count]}
		code, index := int32(0), int32(0)
		for n := 1; n <= 16; n++ {
			t.offset[n] = index - code
			code += int32(p[n])
			index += int32(p[n])
			t.limit[n] = code
			code <<= 1
		}
		p = p[17+count:]
	}
}

// jpegScan is a scan header (T.81, B.2.3).
type jpegScan struct {
	components     []int // indexes into the frame's
	dc, ac         []int // table indexes
	ss, se, ah, al int
}

func (s *jpegScan) first() bool { return s.ah == 0 }

// weight is the share of a block's coefficient bits that the scan brings, when each coefficient has that many levels.
func (s *jpegScan) weight(levels float64) float64 {
	band := float64(s.se-s.ss+1) / 64
	if s.first() {
		return band * (levels - float64(s.al)) / levels
	}
	return band / levels
}

func (w *jpegWalker) readScan(p []byte) (s jpegScan, coded []byte, ok bool) {
	if len(p) < 1 || len(p) < 4+2*int(p[0]) {
		return s, nil, false
	}
	n := int(p[0])
	for i := range n {
		id, tables := p[1+2*i], p[2+2*i]
		for k, c := range w.layout.components {
			if c.id == id {
				s.components = append(s.components, k)
				s.dc = append(s.dc, int(tables>>4&3))
				s.ac = append(s.ac, 4+int(tables&3))
				break
			}
		}
	}
	p = p[1+2*n:]
	s.ss, s.se, s.ah, s.al = int(p[0]), int(p[1]), int(p[2]>>4), int(p[2]&15)
	return s, p[3:], len(s.components) == n && n > 0 && s.ss <= s.se && s.se < 64
}

// levels returns 1 + the largest point transform of the file's scans.
func (w *jpegWalker) levels(data []byte) float64 {
	levels := 1
	for _, s := range w.layout.segments {
		if s.marker == mSOS {
			if scan, _, ok := w.readScan(data[s.payload:s.end]); ok {
				levels = max(levels, 1+scan.al)
			}
		}
	}
	return float64(levels)
}

// size returns the number of blocks that a scan codes, not counting those that only fill up MCUs.
func (w *jpegWalker) size(s jpegScan) float64 {
	n := 0
	for _, c := range s.components {
		n += w.blocks[c]
	}
	return float64(n)
}

// walk returns how many of the scan's blocks are there. It stops at the first code that makes no sense.
func (w *jpegWalker) walk(s jpegScan, coded []byte) float64 {
	total := w.mcusX * w.mcusY
	if len(s.components) == 1 {
		total = w.blocks[s.components[0]]
	}
	r := bitReader{data: coded}
	done := 0
	for done < total {
		if w.restart > 0 && done > 0 && done%w.restart == 0 && !r.nextInterval() {
			break
		}
		if !w.mcu(&s, &r) {
			break
		}
		done++
	}
	return w.size(s) * float64(done) / float64(total)
}

// mcu reads one MCU of a scan, one block if the scan has one component.
func (w *jpegWalker) mcu(s *jpegScan, r *bitReader) bool {
	for i, c := range s.components {
		n := w.perMCU[c]
		if len(s.components) == 1 {
			n = 1
		}
		for range n {
			if !w.block(&w.tables[s.dc[i]], &w.tables[s.ac[i]], s.se, r) {
				return false
			}
		}
	}
	return true
}

// block reads a DC difference and the coefficients up to position end (T.81, F.2.2).
func (w *jpegWalker) block(dc, ac *hufLen, end int, r *bitReader) bool {
	size, ok := r.symbol(dc)
	if !ok || size > 16 || !r.skip(size) {
		return false
	}
	for k := 1; k <= end; k++ {
		symbol, ok := r.symbol(ac)
		if !ok {
			return false
		}
		run, size := symbol>>4, symbol&15
		if size == 0 && run != 15 {
			return run == 0
		}
		if k += run; k > 63 || !r.skip(size) {
			return false
		}
	}
	return true
}

// bitReader reads coded data bit by bit, stuffing removed, up to a marker or the end.
type bitReader struct {
	data []byte
	acc  uint32
	n    int
}

func (r *bitReader) bit() (int32, bool) {
	if r.n == 0 {
		if len(r.data) == 0 || r.data[0] == 0xFF && (len(r.data) < 2 || r.data[1] != 0) {
			return 0, false
		}
		r.acc, r.n = uint32(r.data[0]), 8
		if r.data[0] == 0xFF {
			r.data = r.data[1:]
		}
		r.data = r.data[1:]
	}
	r.n--
	return int32(r.acc >> r.n & 1), true
}

func (r *bitReader) skip(n int) bool {
	for range n {
		if _, ok := r.bit(); !ok {
			return false
		}
	}
	return true
}

func (r *bitReader) symbol(t *hufLen) (int, bool) {
	code := int32(0)
	for n := 1; n <= 16; n++ {
		bit, ok := r.bit()
		if !ok {
			return 0, false
		}
		code = code<<1 | bit
		if code < t.limit[n] {
			i := code + t.offset[n]
			if i < 0 || int(i) >= len(t.values) {
				return 0, false
			}
			return int(t.values[i]), true
		}
	}
	return 0, false
}

// nextInterval goes behind the next restart marker.
func (r *bitReader) nextInterval() bool {
	r.n = 0
	for len(r.data) >= 2 {
		if m := r.data[1]; r.data[0] == 0xFF && m >= mRST0 && m <= mRST7 {
			r.data = r.data[2:]
			return true
		}
		r.data = r.data[1:]
	}
	return false
}

// ceilDiv returns a/b rounded up, for a >= 0 and b > 0.
func ceilDiv(a, b int) int { return (a + b - 1) / b }
