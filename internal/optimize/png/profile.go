package png

import (
	"bytes"
	"compress/zlib"
	"io"
	"math"

	"imgpool/internal/optimize/deflate"
)

// maxProfile is the most bytes of a colour profile that is compressed anew:
// those of screens and cameras have a few thousand.
const maxProfile = 1 << 20

// repack compresses the colour profile of f anew, if there is one and it takes
// less then. The profile itself stays what it is; one that is damaged stays as a
// whole.
func (w *workspace) repack(f *file, p deflate.Params) {
	for i := range f.ancillary {
		c := &f.ancillary[i]
		if c.Type != "iCCP" {
			continue
		}
		// Clause 11.3.2.3: a name, its end, the method, which is 0, the data.
		end := bytes.IndexByte(c.Data, 0) + 2
		if end < 2 || end > len(c.Data) || c.Data[end-1] != 0 {
			continue
		}
		r, err := zlib.NewReader(bytes.NewReader(c.Data[end:]))
		if err != nil {
			continue
		}
		profile, err := io.ReadAll(io.LimitReader(r, maxProfile+1))
		if err != nil || len(profile) > maxProfile {
			continue
		}
		head := bytes.Clone(c.Data[:end])
		out, ok := w.encoder.Append(head, profile, w.encoder.Draft(profile, math.MaxInt), p, len(c.Data)-end-1)
		if ok {
			c.Data = out
		}
	}
}
