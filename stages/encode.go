package stages

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"
	"time"

	"imgpool/internal/atomicfile"
	"imgpool/internal/codec"
	"imgpool/pipeline"
)

// encoder turns a finished picture into a file.
type encoder struct {
	cfg    Config
	layout *layout
	places *places
	// folders are those that were made, or found, and swept already.
	folders sync.Map
	// made is set once a folder could be made or was there.
	made atomic.Bool
}

// encode handles one picture and releases it.
func (e *encoder) encode(ctx context.Context, p *Picture) (*Result, error) {
	defer p.Release()
	r := newResult(p)
	if e.cfg.DryRun && p.Plan.Action != ActCompress {
		r.Outcome = Planned
		return r, nil
	}
	buf := getBuffer()
	defer putBuffer(buf)
	data, err := e.bytes(ctx, p, r, buf)
	var told *FileError
	_, skipped := pipeline.SkipReason(err)
	switch {
	case err == nil:
	case errors.As(err, &told), ctx.Err() != nil, skipped:
		return nil, err
	default:
		return nil, e.cfg.codecFailure("encode", p.File.Path, ReasonEncode, err)
	}
	r.Warnings, r.Lost = p.Warnings, p.Lost // some of it was found out just now
	r.Elapsed = time.Since(p.started)
	switch {
	case r.Outcome == Skipped:
		return r, nil
	case e.cfg.Check != nil:
		e.cfg.check(p, r)
		return r, nil
	case e.cfg.DryRun:
		r.Outcome = Planned
		return r, nil
	case e.layout.inPlace && p.Plan.Action == ActStrip && bytes.Equal(data, p.Data):
		return nil, pipeline.Skip(ReasonFits)
	}
	r.BytesOut = int64(len(data))
	if err := e.write(p, r, data); err != nil {
		return nil, err
	}
	for _, path := range e.places.left(p.File) {
		r.Warnings = append(r.Warnings, path+", which an earlier run made of it, stays beside it")
	}
	r.Elapsed = time.Since(p.started)
	return r, nil
}

// newResult begins the result of p with what its plan says.
func newResult(p *Picture) *Result {
	r := &Result{
		Output: p.File.Out, OutFormat: p.Plan.Format,
		Width: p.Plan.Width, Height: p.Plan.Height, Warnings: p.Warnings, Lost: p.Lost,
	}
	if p.Header != nil {
		r.InWidth, r.InHeight = p.Header.Width, p.Header.Height
		if p.Header.Orientation >= 5 {
			r.InWidth, r.InHeight = r.InHeight, r.InWidth
		}
	}
	if p.Plan.Action != ActEncode {
		r.Outcome = Copied
	}
	return r
}

// bytes makes the output's bytes, in buf or as they were read.
func (e *encoder) bytes(ctx context.Context, p *Picture, r *Result, buf *bytes.Buffer) ([]byte, error) {
	switch p.Plan.Action {
	case ActCompress:
		return e.compress(ctx, p, r)
	case ActCopy:
		return p.Data, e.cfg.tooLarge(p)
	case ActStrip:
		out, _, err := codec.ReplaceMetadata(p.Data, p.Header, p.metadata, e.cfg.Encode.Profile == ProfileKeep)
		if err != nil {
			return nil, err
		}
		return e.withGainMap(p, out)
	}
	o := e.cfg.Encode.codec(p)
	o.ICC, o.ColourChunks = p.colours.embed, p.colours.chunks
	m := &p.metadata
	o.EXIF, o.XMP, o.Photoshop, o.Comments, o.Text = m.EXIF, m.XMP, m.Photoshop, m.Comments, m.Text
	if p.frames != nil {
		err := e.encodeFrames(ctx, p, buf, o)
		return buf.Bytes(), err
	}
	if err := codec.Encode(buf, p.Image, o); err != nil {
		return nil, err
	}
	return e.withGainMap(p, buf.Bytes())
}

// codec says to the codec how p is to be written, metadata apart.
func (e EncodeOptions) codec(p *Picture) codec.EncodeOptions {
	return codec.EncodeOptions{
		Format: p.Plan.Format, Quality: e.quality(), Progressive: e.Progressive,
		// A lossless WebP stays one; from other formats lossy is what a smaller file asks for.
		Lossless:  p.Header.Lossless && p.Header.Format == codec.WebP,
		Chroma444: e.quality() >= fullChromaQuality, Background: *e.Background,
	}
}

// write puts data where p's result goes.
func (e *encoder) write(p *Picture, r *Result, data []byte) error {
	if p.File.Out == "" {
		if _, err := e.cfg.Output.Stdout.Write(data); err != nil {
			return pipeline.Abort(&FileError{Stage: "encode", Path: "standard output", Reason: ReasonWrite, Err: cause(err)})
		}
		r.Output = "-"
		return nil
	}
	out := p.File.Out
	if p.Existing {
		return e.leave(p, r, data)
	}
	if info, err := os.Lstat(out); err == nil && p.replace {
		if n := atomicfile.Links(info); n > 1 {
			r.Warnings = append(r.Warnings, fmt.Sprintf("the output had %d hard links: the others keep the old picture", n))
		}
	}
	if err := e.folder(filepath.Dir(out)); err != nil {
		return e.writeFailure(p, err)
	}
	o := atomicfile.Options{Mode: p.File.Mode.Perm(), Replace: p.replace}
	if list := e.places.list; list != nil {
		o.BeforeRename = func(info fs.FileInfo) error {
			return list.Add(e.layout.relative(out), info, e.places.origin(p, data))
		}
	}
	err := atomicfile.Write(out, data, o)
	if errors.Is(err, fs.ErrExist) {
		return &FileError{Stage: "encode", Path: p.File.Path, Reason: ReasonExists, Err: fmt.Errorf("%s has come to exist", out)}
	}
	if err != nil {
		return e.writeFailure(p, err)
	}
	return nil
}

// folder makes sure that dir is there. The first time, it removes what a
// killed run may have left in it.
func (e *encoder) folder(dir string) error {
	if _, known := e.folders.Load(dir); known {
		return nil
	}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	e.folders.Store(dir, true)
	e.made.Store(true)
	atomicfile.Sweep(dir) // leftovers do no harm: that they cannot be removed is no failure
	return nil
}

// leave ends a picture whose output exists and is not imgpool's to replace:
// well if the bytes are the same, else as a failure.
func (e *encoder) leave(p *Picture, r *Result, data []byte) error {
	same, err := sameBytes(p.File.Out, data)
	if err != nil {
		return e.writeFailure(p, err)
	}
	if !same {
		return &FileError{Stage: "encode", Path: p.File.Path, Reason: ReasonExists, Hint: "--overwrite replaces it", Err: fmt.Errorf("%s exists and is different", p.File.Out)}
	}
	r.Outcome, r.Reason = Skipped, ReasonUnchanged
	return nil
}

// writeFailure tells a failure of one file from one that will meet them all.
func (e *encoder) writeFailure(p *Picture, err error) error {
	failure := &FileError{Stage: "encode", Path: p.File.Path, Reason: ReasonWrite, Err: fmt.Errorf("cannot write %s: %w", p.File.Out, cause(err))}
	if atomicfile.IsFull(err) {
		failure.Hint = "the disk is full: free room and run the same command again"
		return pipeline.Abort(failure)
	}
	if e.layout.listed && !e.layout.inPlace {
		if _, statErr := os.Stat(e.layout.root); statErr != nil {
			failure.Hint = "the output folder cannot be made"
			if e.made.Load() {
				failure.Hint = "the output folder is gone"
			}
			return pipeline.Abort(failure)
		}
	}
	return failure
}

// sameBytes says whether the file at path holds exactly data.
func sameBytes(path string, data []byte) (bool, error) {
	file, err := os.Open(path)
	if err != nil {
		return false, err
	}
	defer file.Close()
	info, err := file.Stat()
	if err != nil || !info.Mode().IsRegular() || info.Size() != int64(len(data)) {
		return false, err
	}
	there, err := io.ReadAll(io.LimitReader(file, info.Size()+1))
	return bytes.Equal(there, data), err
}
