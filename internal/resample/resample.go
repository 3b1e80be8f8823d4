package resample

import (
	"fmt"
	"image"
	"math"

	"github.com/disintegration/imaging"
)

// MaxSide is the largest width and height of an output, in pixels.
const MaxSide = 65535

// Rect is a rectangle of the source picture, in pixels of its luma grid: (0, 0)
// is the top left corner of the top left pixel as stored (of Bounds().Min, if
// the picture is a sub-picture), (1, 1) that pixel's bottom right corner.
// Corners may lie between pixels. X0 < X1 and Y0 < Y1, and the rectangle lies
// within the picture, give or take a millionth of a pixel.
//
// A picture whose true extent is a fraction, say 1001 pixels decoded at a
// quarter into 251, is resized whole with X1 = 250.25. A sample of which only
// a part is inside counts like any other; samples outside do not count at all,
// so that a crop shows nothing of what was cut away, not even in its edges.
//
// In a plane with fewer samples (chroma of 4:2:0) the rectangle is divided by
// the plane's factors, not rounded. The rectangle does not turn with
// Options.Orientation. The zero Rect means the whole picture.
type Rect struct {
	X0, Y0, X1, Y1 float64
}

// Options says how to resize.
type Options struct {
	// Filter is one of the filters of package imaging, or one like them. Its
	// Support must be finite; Support 0 means nearest sample. The zero value
	// is therefore imaging.NearestNeighbor.
	Filter imaging.ResampleFilter
	// Orientation is the EXIF orientation of the source, 1 to 8: the output
	// comes out upright. 0 counts as 1.
	Orientation int
	// Subsampling is that of the output if it is an *image.YCbCr or an
	// *image.NYCbCrA. The zero value is 4:4:4.
	Subsampling image.YCbCrSubsampleRatio
	// Light makes the averages those of light, not of samples: pictures of
	// type *image.YCbCr and *image.NYCbCrA then come out as *image.NRGBA. An axis
	// that is copied stays a copy. The zero value is nil: samples.
	Light *Light
}

// Resize returns the part from of src as a new picture of width times height
// pixels, upright. Its type is that of src, which is one of *image.YCbCr,
// *image.NYCbCrA, *image.Gray, *image.Gray16, *image.NRGBA, *image.NRGBA64 and
// *image.CMYK; its bounds begin at (0, 0). width and height are 1 to MaxSide.
//
// src is only read. The result belongs to the caller, who may give its memory
// back with [Recycle]. Safe for use by several goroutines at once.
//
// It fails when an argument is outside of what is stated here, when the
// planes of src are shorter than its bounds say, and when the filter's weights
// do not have a positive sum.
func Resize(src image.Image, from Rect, width, height int, o Options) (image.Image, error) {
	if src == nil {
		return nil, fmt.Errorf("resample: no picture")
	}
	j, err := newJob(src.Bounds(), from, width, height, o)
	if err != nil {
		return nil, err
	}
	s := scratches.Get().(*scratch)
	defer scratches.Put(s)
	return j.run(src, s)
}

// run resizes with the working memory s.
func (j *job) run(src image.Image, s *scratch) (image.Image, error) {
	if j.light != nil {
		return j.lit(src, s)
	}
	switch m := src.(type) {
	case *image.YCbCr:
		return j.ycbcr(m, s)
	case *image.NYCbCrA:
		return j.nycbcra(m, s)
	case *image.Gray:
		return j.gray(m, s)
	case *image.Gray16:
		return j.gray16(m, s)
	case *image.NRGBA:
		return j.nrgba(m, s)
	case *image.NRGBA64:
		return j.nrgba64(m, s)
	case *image.CMYK:
		return j.cmyk(m, s)
	}
	return nil, errType(src)
}

func errType(src image.Image) error {
	return fmt.Errorf("resample: pictures of type %T cannot be resized", src)
}

// job is one call of Resize with its arguments checked.
type job struct {
	src           image.Rectangle
	from          Rect
	width, height int // upright
	turn          turn
	curve         *curve
	light         *Light
	ratio         image.YCbCrSubsampleRatio // of the output
}

func newJob(src image.Rectangle, from Rect, width, height int, o Options) (*job, error) {
	if src.Empty() {
		return nil, fmt.Errorf("resample: the picture is empty")
	}
	if width < 1 || height < 1 || width > MaxSide || height > MaxSide {
		return nil, fmt.Errorf("resample: output of %d x %d is outside of 1 to %d", width, height, MaxSide)
	}
	if o.Orientation < 0 || o.Orientation > 8 {
		return nil, fmt.Errorf("resample: orientation %d is outside of 1 to 8", o.Orientation)
	}
	if math.IsNaN(o.Filter.Support) || o.Filter.Support > maxSupport {
		return nil, fmt.Errorf("resample: filter support %g is above %d", o.Filter.Support, maxSupport)
	}
	w, h := float64(src.Dx()), float64(src.Dy())
	if from == (Rect{}) {
		from = Rect{0, 0, w, h}
	}
	// Written so that NaN fails.
	if !(from.X0 >= -edge && from.Y0 >= -edge && from.X1 <= w+edge && from.Y1 <= h+edge &&
		from.X1-from.X0 > edge && from.Y1-from.Y0 > edge) {
		return nil, fmt.Errorf("resample: rectangle (%g, %g)-(%g, %g) is not within %g x %g",
			from.X0, from.Y0, from.X1, from.Y1, w, h)
	}
	return &job{src, from, width, height, turnOf(o.Orientation), curveOf(o.Filter), o.Light, o.Subsampling}, nil
}

// maxSupport bounds the work per sample that a filter can ask for.
const maxSupport = 64

// factors are the numbers of luma samples per sample of a plane, along x and y.
type factors struct{ x, y int }

// full stands for luma, alpha and the planes of packed pixels.
var full = factors{1, 1}

// factorsOf returns the chroma factors of a subsampling.
func factorsOf(r image.YCbCrSubsampleRatio) (factors, error) {
	switch r {
	case image.YCbCrSubsampleRatio444:
		return factors{1, 1}, nil
	case image.YCbCrSubsampleRatio422:
		return factors{2, 1}, nil
	case image.YCbCrSubsampleRatio420:
		return factors{2, 2}, nil
	case image.YCbCrSubsampleRatio440:
		return factors{1, 2}, nil
	case image.YCbCrSubsampleRatio411:
		return factors{4, 1}, nil
	case image.YCbCrSubsampleRatio410:
		return factors{4, 2}, nil
	}
	return factors{}, fmt.Errorf("resample: unknown subsampling %v", r)
}

// size returns the samples of a plane of a picture of width times height.
func (f factors) size(width, height int) (w, h int) {
	return (width + f.x - 1) / f.x, (height + f.y - 1) / f.y
}

// spans returns the mapping of a plane with the factors in, as stored, to a
// plane with the factors out of the upright output. Both spans run along the
// axes of the stored picture.
func (j *job) spans(in, out factors) (x, y span) {
	width, height := j.width, j.height
	if j.turn.transpose {
		width, height = height, width
		out.x, out.y = out.y, out.x
	}
	x = newSpan(j.src.Min.X, j.src.Max.X, in.x, j.from.X0, j.from.X1, width, out.x)
	y = newSpan(j.src.Min.Y, j.src.Max.Y, in.y, j.from.Y0, j.from.Y1, height, out.y)
	x.mirror, y.mirror = j.turn.mirrorX, j.turn.mirrorY
	return x, y
}

// newSpan maps one axis. The picture's pixels lo..hi have samples of in pixels
// each, which begin at multiples of in; the output's n pixels have samples of
// out pixels each.
func newSpan(lo, hi, in int, from, to float64, n, out int) span {
	first := floorDiv(lo, in)
	offset := float64(lo - first*in)
	count := (n + out - 1) / out
	return span{
		n:     floorDiv(hi-1, in) + 1 - first,
		from:  (offset + from) / float64(in),
		to:    (offset + to) / float64(in),
		step:  (to - from) / float64(n) * float64(out) / float64(in),
		count: count,
		over:  float64(count*out-n) / float64(out),
	}
}

// floorDiv divides rounding down; d is positive.
func floorDiv(n, d int) int {
	q := n / d
	if n%d < 0 {
		q--
	}
	return q
}
