package jpeg

import "image"

// Model is the colour model of a JPEG file, from its component count, its
// JFIF and Adobe segments and its component identifiers.
type Model uint8

// The colour models. Only Gray and YCbCr are decoded by this package.
const (
	Gray Model = iota
	YCbCr
	RGB
	CMYK
	YCCK
	OtherModel // 2 components, or more than 4
)

// String returns the model's usual name.
func (m Model) String() string {
	return [...]string{"grey", "YCbCr", "RGB", "CMYK", "YCCK", "unknown colour model"}[m]
}

// Component is one component of a frame header (T.81 B.2.2).
type Component struct {
	ID   uint8 // component identifier
	H, V int   // horizontal and vertical sampling factors, 1 to 4
	TQ   int   // quantisation table destination, 0 to 3
}

// Header is what the frame header of a file says.
type Header struct {
	Width, Height   int // as stored, in pixels; Height is 0 if a DNL segment is to give it
	Precision       int // bits per sample
	Progressive     bool
	Model           Model
	Components      []Component
	Subsampling     image.YCbCrSubsampleRatio // chroma subsampling of a YCbCr file; meaningless for others
	RestartInterval int                       // in MCUs, as in force at the first scan; 0 is none
	JFIF            bool                      // a JFIF segment is present
	AdobeTransform  int                       // transform byte of the Adobe segment, -1 without one
}

// component is a component of the frame that is being decoded.
type component struct {
	Component
	blocksX, blocksY int // the component's own size in blocks: what non-interleaved scans contain
	paddedX, paddedY int // blocks up to whole MCUs: what interleaved scans contain and the plane holds
	scale            int // 1, 2, 4 or 8
	size             int // pixels per block side: 8/scale

	// quant is the table in force when the component's first scan began, in
	// natural order; nil before.
	quant *[64]uint16
	plane plane
}

// frame is the picture that is being decoded.
type frame struct {
	*Header
	comps        []component
	hMax, vMax   int // largest sampling factors
	mcusX, mcusY int // size in MCUs of an interleaved scan
	progress     progress
	sparse       *sparse // where coefficients go that are not to become pixels; nil: there are planes
}

// progress counts what was decoded, in units that the decoder chooses (MCUs
// of all scans, blocks of all scans).
type progress struct {
	done, total int64
}

// scanComponent is a component's part in a scan header, with the tables in
// force. A table that the scan needs and nobody defined makes next fail.
type scanComponent struct {
	index  int       // into frame.comps
	dc, ac *huffSpec // nil where the scan needs none (ac of a DC scan, dc of an AC or a refinement scan)
}

// scan is one scan header (T.81 B.2.3) with its context.
type scan struct {
	comps    []scanComponent
	ss, se   int // spectral selection: first and last coefficient, in zigzag order
	ah, al   int // successive approximation: previous and present point transform
	interval int // restart interval in MCUs of this scan; 0 is none
	start    int // offset of the entropy-coded data in the file
}

// newFrame computes the geometry of A.1.1 and A.2 for the header h.
func newFrame(h *Header) *frame {
	f := &frame{Header: h, hMax: 1, vMax: 1}
	for _, c := range h.Components {
		f.hMax, f.vMax = max(f.hMax, c.H), max(f.vMax, c.V)
	}
	f.mcusX = ceilDiv(h.Width, 8*f.hMax)
	f.mcusY = ceilDiv(h.Height, 8*f.vMax)
	f.comps = make([]component, len(h.Components))
	for i, c := range h.Components {
		f.comps[i] = component{
			Component: c,
			blocksX:   ceilDiv(ceilDiv(h.Width*c.H, f.hMax), 8),
			blocksY:   ceilDiv(ceilDiv(h.Height*c.V, f.vMax), 8),
			paddedX:   f.mcusX * c.H,
			paddedY:   f.mcusY * c.V,
			scale:     1,
			size:      8,
		}
	}
	return f
}

func ceilDiv(a, b int) int { return (a + b - 1) / b }

// subsampling returns how image.YCbCr calls chroma planes that are x times
// narrower and y times lower than the luma plane.
func subsampling(x, y int) (image.YCbCrSubsampleRatio, bool) {
	switch [2]int{x, y} {
	case [2]int{1, 1}:
		return image.YCbCrSubsampleRatio444, true
	case [2]int{2, 1}:
		return image.YCbCrSubsampleRatio422, true
	case [2]int{2, 2}:
		return image.YCbCrSubsampleRatio420, true
	case [2]int{1, 2}:
		return image.YCbCrSubsampleRatio440, true
	case [2]int{4, 1}:
		return image.YCbCrSubsampleRatio411, true
	case [2]int{4, 2}:
		return image.YCbCrSubsampleRatio410, true
	}
	return 0, false
}

// chromaFactors returns how much narrower and lower than luma the chroma
// components are; ok is false if they differ, are larger than luma, or are
// not smaller by whole numbers.
func chromaFactors(c []Component) (x, y int, ok bool) {
	l, b, r := c[0], c[1], c[2]
	if b.H != r.H || b.V != r.V || l.H%b.H != 0 || l.V%b.V != 0 {
		return 0, 0, false
	}
	return l.H / b.H, l.V / b.V, true
}
