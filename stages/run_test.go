package stages

import (
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"testing"

	"imgpool/internal/codec"
	"imgpool/pipeline"
)

const photos = "../testdata/photos"

// run makes cfg into out and returns the summary and the results by input.
func run(t testing.TB, cfg Config) (Summary, map[string]Result, error) {
	t.Helper()
	job, err := New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	results := map[string]Result{}
	s, err := job.Run(context.Background(), func(r Result) error {
		if _, twice := results[r.Input]; twice {
			t.Errorf("%s was reported twice", r.Input)
		}
		results[r.Input] = r
		return nil
	})
	return s, results, err
}

func reduce(out string) Config {
	return Config{Discover: DiscoverOptions{Inputs: []string{photos}}, Output: OutputOptions{Path: out}, Resize: ResizeOptions{Width: 300}}
}

// hash is one sum over the names and bytes of all outputs below dir.
func hash(t *testing.T, dir string) string {
	t.Helper()
	sum := sha256.New()
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			if d != nil && d.Name() == markFolder {
				return fs.SkipDir
			}
			return err
		}
		data, err := os.ReadFile(path)
		rel, _ := filepath.Rel(dir, path)
		fmt.Fprintf(sum, "%s %d\n", rel, len(data))
		sum.Write(data)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return fmt.Sprintf("%x", sum.Sum(nil)[:8])
}

func TestSameBytesAtAnyWorkerCount(t *testing.T) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(0))
	want := map[codec.Format]string{}
	for _, workers := range []PoolOptions{{Jobs: 1}, {Jobs: 2}, {Jobs: 3}, {Jobs: 99}, {Decode: 5, Encode: 1, Queue: 1}} {
		runtime.GOMAXPROCS(max(1, min(workers.Jobs, 8)))
		for _, f := range []codec.Format{codec.Unknown, codec.JPEG, codec.PNG, codec.WebP, codec.GIF, codec.TIFF, codec.BMP} {
			cfg := reduce(filepath.Join(t.TempDir(), "out"))
			cfg.Encode.Format, cfg.Pools = f, workers
			if f == codec.WebP { // the slow one
				cfg.Resize.Width = 60
			}
			if s, _, err := run(t, cfg); err != nil || s.Failed > 0 || s.Written == 0 {
				t.Fatalf("%v with %+v: %+v, %v", f, workers, s, err)
			}
			got := hash(t, cfg.Output.Path)
			if want[f] == "" {
				want[f] = got
			}
			if got != want[f] {
				t.Errorf("%v: other bytes with %+v", f, workers)
			}
		}
	}
}

func TestSecondRunGivesTheSameBytes(t *testing.T) {
	cfg := reduce(filepath.Join(t.TempDir(), "out"))
	first, _, _ := run(t, cfg)
	before := hash(t, cfg.Output.Path)
	second, _, err := run(t, cfg)
	if err != nil || second.Failed > 0 || second.Written != first.Written || hash(t, cfg.Output.Path) != before {
		t.Errorf("the second run ended as %+v, %v", second, err)
	}
}

func TestStopAccountsForEveryInput(t *testing.T) {
	all, _, _ := run(t, reduce(filepath.Join(t.TempDir(), "out")))
	cfg := reduce(filepath.Join(t.TempDir(), "out"))
	cfg.Pools = PoolOptions{Jobs: 1, Queue: 1}
	job, err := New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	s, err := job.Run(context.Background(), func(Result) error {
		job.Stop()
		return nil
	})
	if !errors.Is(err, pipeline.ErrStopped) || s.Inputs() != all.Inputs() || s.Cancelled == 0 {
		t.Errorf("stopped after the first result: %+v of %d inputs, %v", s, all.Inputs(), err)
	}
}

func TestAbortLeavesNoTemporaryFile(t *testing.T) {
	cfg := reduce(filepath.Join(t.TempDir(), "out"))
	job, err := New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	enough := errors.New("enough")
	s, err := job.Run(context.Background(), func(Result) error { return enough })
	if !errors.Is(err, enough) {
		t.Errorf("ended with %v", err)
	}
	if s.Inputs() == 0 {
		t.Error("nothing was accounted for")
	}
	if left, _ := filepath.Glob(filepath.Join(cfg.Output.Path, "*", ".imgpool-*.tmp")); len(left) > 0 {
		t.Errorf("left behind: %v", left)
	}
}

func TestPictureDearerThanTheBudgetFails(t *testing.T) {
	cfg := reduce(filepath.Join(t.TempDir(), "out"))
	cfg.Pools.Memory = 1 << 20
	s, results, err := run(t, cfg)
	if err != nil || s.FailedBy[ReasonMemory] == 0 {
		t.Fatalf("%+v, %v", s, err)
	}
	for _, r := range results {
		var failure *FileError
		if r.Reason == ReasonMemory && (!errors.As(r.Err, &failure) || failure.Hint == "") {
			t.Errorf("%s: %v has no hint", r.Input, r.Err)
		}
	}
}

func TestStandardInputToStandardOutput(t *testing.T) {
	var in, out bytes.Buffer
	data, err := os.ReadFile("../testdata/formats/png-rgb8.png")
	if err != nil {
		t.Fatal(err)
	}
	in.Write(data)
	cfg := Config{
		Discover: DiscoverOptions{Inputs: []string{"-"}, Stdin: &in}, Output: OutputOptions{Stdout: &out},
		Resize: ResizeOptions{Width: 10}, Encode: EncodeOptions{Format: codec.JPEG},
	}
	s, _, err := run(t, cfg)
	if err != nil || s.Written != 1 {
		t.Fatalf("%+v, %v", s, err)
	}
	h, err := codec.ReadHeader(out.Bytes())
	if err != nil || h.Format != codec.JPEG || h.Width != 10 {
		t.Errorf("standard output has %+v, %v", h, err)
	}
}

// BenchmarkRun is the whole of a run over the test photos.
func BenchmarkRun(b *testing.B) {
	var size int64
	filepath.WalkDir(photos, func(_ string, d fs.DirEntry, err error) error {
		if info, err := d.Info(); err == nil && info.Mode().IsRegular() {
			size += info.Size()
		}
		return err
	})
	b.SetBytes(size)
	for b.Loop() {
		if s, _, err := run(b, reduce(filepath.Join(b.TempDir(), "out"))); err != nil || s.Failed > 0 {
			b.Fatal(s, err)
		}
	}
}

// BenchmarkStages handles one photo again and again, stage by stage.
func BenchmarkStages(b *testing.B) {
	path := filepath.Join(photos, "coast.jpg")
	info, err := os.Stat(path)
	if err != nil {
		b.Fatal(err)
	}
	cfg := reduce("").WithDefaults()
	l := &layout{stdout: true}
	cfg.Output.Stdout = new(bytes.Buffer)
	dec := &decoder{cfg: cfg, layout: l, budget: newBudget(cfg.Pools.Memory)}
	res := &resizer{cfg: cfg}
	enc := &encoder{cfg: cfg, layout: l}
	file := &File{Path: path, Size: info.Size(), Mode: 0o644}
	ctx := context.Background()
	stage := func(upTo int) func(b *testing.B) {
		return func(b *testing.B) {
			b.SetBytes(info.Size())
			for b.Loop() {
				cfg.Output.Stdout.(*bytes.Buffer).Reset()
				p, err := dec.decode(ctx, file)
				if err == nil && upTo > 1 {
					p, err = res.resize(ctx, p)
				}
				if err == nil && upTo > 2 {
					_, err = enc.encode(ctx, p)
				}
				if err != nil {
					b.Fatal(err)
				}
				p.Release()
			}
		}
	}
	b.Run("decode", stage(1))
	b.Run("decode+resize", stage(2))
	b.Run("decode+resize+encode", stage(3))
}
