package stages

import (
	"bytes"
	"image"
	"time"

	"imgpool/internal/codec"
	"imgpool/internal/meta"
	"imgpool/pipeline"
)

// Picture is what decode and resize emit: one picture on its way, with
// everything that is known of it.
type Picture struct {
	File   *File
	Header *codec.Header
	Plan   Plan
	// Image is the decoded picture after decode and the finished one after
	// resize. It is nil where the plan needs no pixels.
	Image image.Image
	// Width and Height are the true extent of the decoded picture in pixels
	// of Image: a picture 1001 wide at scale 1/4 has 250.25 of its columns.
	Width, Height float64
	// Data are the file's bytes; nil once nothing needs them any more.
	Data []byte
	// Warnings are for the user, without the path.
	Warnings []string
	// Lost are the words for what the output lacks; each has a warning, too.
	Lost []string
	// Existing says that a file is in the way and may only be left as it
	// is: its bytes must turn out to be the same.
	Existing bool
	started  time.Time

	// frames is the animation, in place of Image. allowance is how long its
	// output may become with what is charged.
	frames    *codec.Animation
	allowance int64

	colours colours  // what becomes of its colours
	gainMap *gainMap // nil where there is none, or none is kept

	replace      bool        // a file at File.Out may be replaced
	metadata     meta.Blocks // what of its metadata the output gets
	buffer       *bytes.Buffer
	releaseImage func()
	budget       *budget
	charged      int64
}

// Release gives back what p holds. It may be called more than once.
func (p *Picture) Release() {
	p.dropImage()
	p.dropGainMap()
	p.dropData()
	if p.budget != nil {
		p.budget.payBack(p.charged)
		p.charged = 0
	}
}

// dropImage lets go of the decoded pixels.
func (p *Picture) dropImage() {
	if p.releaseImage != nil {
		p.releaseImage()
		p.releaseImage = nil
	}
	p.Image, p.frames = nil, nil
}

// dropGainMap lets go of the gain map and its pixels.
func (p *Picture) dropGainMap() {
	p.gainMap.drop()
	p.gainMap = nil
}

// dropData lets go of the file's bytes.
func (p *Picture) dropData() {
	if p.buffer != nil {
		putBuffer(p.buffer)
		p.buffer = nil
	}
	p.Data = nil
}

func (p *Picture) warn(text string) { p.Warnings = append(p.Warnings, text) }

var _ pipeline.Releasable = (*Picture)(nil)
