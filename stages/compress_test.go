package stages

import (
	"bytes"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"imgpool/internal/codec"
	"imgpool/internal/imgtest"
)

// What lies behind a picture is told of where it goes, and does not go where it
// would be gone for good.
func TestCompressTellsWhatItLeavesOut(t *testing.T) {
	dir := t.TempDir()
	var b bytes.Buffer
	if err := codec.Encode(&b, imgtest.Photo(3, 64, 48), codec.EncodeOptions{Format: codec.JPEG, Quality: 95}); err != nil {
		t.Fatal(err)
	}
	b.WriteString("\x00\x00\x00\x18ftypmp42 and a video")
	path := filepath.Join(dir, "motion.jpg")
	if err := os.WriteFile(path, b.Bytes(), 0o644); err != nil {
		t.Fatal(err)
	}
	cfg := Config{Discover: DiscoverOptions{Inputs: []string{path}}, Compress: &CompressOptions{},
		Output: OutputOptions{Path: filepath.Join(dir, "out.jpg"), Verb: VerbCompress}}
	s, results, err := run(t, cfg)
	if err != nil {
		t.Fatal(err)
	}
	word := string(codec.MotionPhoto)
	if r := results[path]; r.Outcome != Written || !slices.Equal(r.Lost, []string{word}) || len(r.Warnings) != 1 || s.Lost[word] != 1 {
		t.Errorf("%v, lost %v, warnings %q", r.Outcome, r.Lost, r.Warnings)
	}
	cfg.Output = OutputOptions{InPlace: true, Verb: VerbCompress}
	if _, results, err = run(t, cfg); err != nil {
		t.Fatal(err)
	}
	after, err := os.ReadFile(path)
	if r := results[path]; r.Outcome != Skipped || r.Reason != ReasonNoSmaller || err != nil || !bytes.Equal(after, b.Bytes()) ||
		len(r.Warnings) != 1 || len(r.Lost) > 0 || r.BytesOut != 0 {
		t.Errorf("in place: %v (%s), %v, warnings %q, lost %v", r.Outcome, r.Reason, err, r.Warnings, r.Lost)
	}
	cfg.Output, cfg.Check = OutputOptions{}, &CheckOptions{}
	if _, results, err = run(t, cfg); err != nil {
		t.Fatal(err)
	}
	if r := results[path]; r.Outcome != Passed || len(r.Lost) > 0 {
		t.Errorf("check: %v, %v, lost %v", r.Outcome, r.Findings, r.Lost)
	}
}
