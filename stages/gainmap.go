package stages

import (
	"bytes"
	"image"

	"github.com/disintegration/imaging"

	"imgpool/internal/codec"
	"imgpool/internal/resample"
)

// gainMap is a gain map that goes along with its picture, JPEG to JPEG.
type gainMap struct {
	file *codec.GainMapFile
	plan Plan // of the map: crop, scale and size
	// Image is the map after decode and after resize, Width and Height its true
	// extent after decode, as in Picture.
	Image         image.Image
	Width, Height float64
	release       func()
}

// gainMapQuality is the least quality of a gain map: its errors are multiplied.
const gainMapQuality = 85

// gainMapOf returns what becomes of p's gain map, or nil where it is not wanted
// or cannot be kept: out of the primaries that a map in colour belongs to.
func (d *decoder) gainMapOf(p *Picture) *gainMap {
	action := p.Plan.Action
	if !d.cfg.Encode.KeepGainMap || p.Plan.Format != codec.JPEG || action != ActEncode && action != ActStrip {
		return nil
	}
	g := p.Header.GainMapFile()
	if g == nil || int64(g.Header.Width)*int64(g.Header.Height) > d.cfg.Decode.MaxPixels || action == ActEncode && g.Colour && p.colours.convert {
		return nil
	}
	return &gainMap{file: g, plan: gainMapPlan(p.Plan, p.Header, g.Header)}
}

// gainMapPlan is the picture's plan for a map with the header m: the same part
// of the scene, and as many times smaller than the picture as it was.
func gainMapPlan(p Plan, h, m *codec.Header) Plan {
	sx, sy := float64(m.Width)/float64(h.Width), float64(m.Height)/float64(h.Height)
	plan := Plan{Format: codec.JPEG, Orientation: p.Orientation, Scale: 1, ChromaScale: 1, Subsampling: image.YCbCrSubsampleRatio444}
	plan.Crop = resample.Rect{X0: float64(p.Crop.X0 * sx), Y0: float64(p.Crop.Y0 * sy), X1: float64(p.Crop.X1 * sx), Y1: float64(p.Crop.Y1 * sy)}
	mw, mh, hw, hh := m.Width, m.Height, h.Width, h.Height
	cropW, cropH := plan.Crop.X1-plan.Crop.X0, plan.Crop.Y1-plan.Crop.Y0
	if p.Orientation >= 5 {
		mw, mh, hw, hh = mh, mw, hh, hw
		cropW, cropH = cropH, cropW
	}
	// No larger than it is: there is nothing more to show.
	plan.Width = max(min(scaled(p.Width, mw, hw), int(cropW)), 1)
	plan.Height = max(min(scaled(p.Height, mh, hh), int(cropH)), 1)
	plan.Scale = jpegScale(cropW, cropH, plan.Width, plan.Height)
	plan.ChromaScale = plan.Scale
	return plan
}

// options say to the resampler how to resize g. The filter has no overshoot: a
// gain beyond those around it would be a halo.
func (g *gainMap) options() resample.Options {
	return resample.Options{Filter: imaging.Linear, Orientation: g.plan.Orientation, Subsampling: g.plan.Subsampling}
}

func (g *gainMap) encodeOptions(e EncodeOptions) codec.EncodeOptions {
	return codec.EncodeOptions{Format: codec.JPEG, Quality: max(e.quality(), gainMapQuality), Chroma444: true}
}

// cost is what g needs from decode to the end of encode, in bytes.
func (g *gainMap) cost(d DecodeOptions, e EncodeOptions) int64 {
	if g == nil {
		return 0
	}
	h, plan := g.file.Header, g.plan
	resized, scratch := resample.Cost(pixelType(h), (h.Width+plan.Scale-1)/plan.Scale, (h.Height+plan.Scale-1)/plan.Scale, plan.Width, plan.Height, g.options())
	return h.DecodeCost(plan.decode(d)) + resized + scratch + codec.EncodeCost(pixelType(h), plan.Width, plan.Height, g.encodeOptions(e))
}

// decode makes g's pixels. It fails for a map that is damaged.
func (g *gainMap) decode() error {
	decoded, err := codec.Decode(g.file.Data, g.file.Header, g.plan.decode(DecodeOptions{}))
	if err != nil {
		return err
	}
	g.Image, g.Width, g.Height, g.release = decoded.Image, decoded.Width, decoded.Height, decoded.Release
	return nil
}

// resize brings g to its size.
func (g *gainMap) resize() error {
	h, c := g.file.Header, g.plan.Crop
	sx, sy := g.Width/float64(h.Width), g.Height/float64(h.Height)
	from := resample.Rect{X0: c.X0 * sx, Y0: c.Y0 * sy, X1: c.X1 * sx, Y1: c.Y1 * sy}
	out, err := resample.Resize(g.Image, from, g.plan.Width, g.plan.Height, g.options())
	if err != nil {
		return err
	}
	g.drop()
	g.Image, g.release = out, func() { resample.Recycle(out) }
	return nil
}

// drop lets go of the pixels.
func (g *gainMap) drop() {
	if g != nil && g.release != nil {
		g.release()
		g.Image, g.release = nil, nil
	}
}

// withGainMap returns p's finished file with its gain map, if it is to have one.
func (e *encoder) withGainMap(p *Picture, primary []byte) ([]byte, error) {
	g := p.gainMap
	if g == nil {
		return primary, nil
	}
	var second []byte
	var err error
	if p.Plan.Action == ActStrip {
		second, _, err = codec.StripMetadata(g.file.Data, g.file.Header)
	} else {
		var buf bytes.Buffer
		err = codec.Encode(&buf, g.Image, g.encodeOptions(e.cfg.Encode))
		second = buf.Bytes()
	}
	if err != nil {
		return nil, err
	}
	if joined := g.file.Attach(primary, second); joined != nil {
		return joined, nil
	}
	p.lose(string(codec.GainMap), "%s", extraSentence(codec.GainMap, p.Header))
	return primary, nil
}
