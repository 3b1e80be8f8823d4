package features

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"image"
	"image/color"
	"maps"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	_ "golang.org/x/image/tiff" // what it wrote where a copy would prove nothing

	"imgpool/internal/cli"
	"imgpool/internal/imgtest"
)

const (
	width    = 64
	minPSNR  = 35.0
	maxMean  = 2.0
	minShare = 0.97
)

// outcome is what came of one file.
type outcome struct {
	verdict string // "same", "differs", "refused" or "no reference"
	detail  string
}

// Every file of the corpus becomes the picture that others make of it, but for those of testdata/features.tsv.
func TestFeatures(t *testing.T) {
	corpus := imgtest.Corpus("features")
	switch {
	case corpus == "":
		t.Skip("the corpus is not there")
	case testing.Short():
		t.Skip("takes minutes")
	}
	for _, tool := range []string{convert, "vips", "avifdec", "apngdis", "exiftool"} {
		if !installed(tool) {
			t.Skipf("%s is not installed", tool)
		}
	}
	results := compareAll(t, corpus)
	read, same := 0, 0
	for _, name := range slices.Sorted(maps.Keys(results)) {
		switch r := results[name]; r.verdict {
		case "same":
			read, same = read+1, same+1
		case "differs", "refused":
			read++
			t.Logf("%s\t%s\t%s", name, r.verdict, r.detail)
		}
	}
	share := float64(same) / float64(max(1, read))
	t.Logf("%d files, the references read %d, %d of these are the same: %.1f %%", len(results), read, same, 100*share)
	if share < minShare {
		t.Errorf("only %.1f %% of the files that the references read come out the same", 100*share)
	}
	checkTable(t, results)
}

// checkTable compares the results with the table of exceptions.
func checkTable(t *testing.T, results map[string]outcome) {
	t.Helper()
	data, err := os.ReadFile(filepath.Join(imgtest.Root(), "testdata", "features.tsv"))
	if err != nil {
		t.Fatal(err)
	}
	listed := map[string]string{}
	for line := range strings.Lines(string(data)) {
		if strings.HasPrefix(line, "#") {
			continue
		}
		fields := strings.Split(strings.TrimSpace(line), "\t")
		if len(fields) != 3 || fields[2] == "" {
			t.Fatalf("features.tsv: %q is not file, verdict, reason", line)
		}
		listed[fields[0]] = fields[1]
	}
	delete(listed, "file")
	for name, r := range results {
		exception := r.verdict == "differs" || r.verdict == "refused"
		switch want, ok := listed[name]; {
		case exception && !ok:
			t.Errorf("%s: %s (%s), and features.tsv does not say so", name, r.verdict, r.detail)
		case ok && want != r.verdict:
			t.Errorf("%s: %s (%s), features.tsv says %s", name, r.verdict, r.detail, want)
		}
		delete(listed, name)
	}
	for name := range listed {
		t.Errorf("features.tsv lists %s, which is not there", name)
	}
}

// compareAll runs imgpool over the corpus and the references over each of its files.
func compareAll(t *testing.T, corpus string) map[string]outcome {
	t.Helper()
	lines := resize(t, corpus, "png", corpus)
	copied, collided := []string{}, []string{}
	for _, l := range lines {
		switch {
		case strings.Contains(l.Error, "-tags nodynamic"):
			t.Skip("run it with -tags nodynamic")
		case l.Status == "copied":
			copied = append(copied, l.Input)
		case l.Reason == "collision":
			collided = append(collided, l.Input)
		}
	}
	// Files that differ in their extension alone need a folder of their own. A copy is what it was: only a format that makes
	// imgpool decode the file shows what it sees in it.
	for _, input := range collided {
		maps.Copy(lines, resize(t, corpus, "png", input))
	}
	maps.Copy(lines, resize(t, corpus, "tiff", copied...))
	results := map[string]outcome{}
	for name, l := range lines {
		if l.Reason == "not-an-image" || strings.HasPrefix(path.Base(name), "x") && path.Base(path.Dir(name)) == "pngsuite" {
			continue // PngSuite's broken files begin with x
		}
		results[name] = compare(t, l)
	}
	return results
}

// line is a line of imgpool's report.
type line struct {
	Type, Input, Output, Status, Reason, Error, Format string
}

// resize runs imgpool on files or folders of the corpus and returns its report by the names of the files in there.
func resize(t *testing.T, corpus, format string, inputs ...string) map[string]line {
	t.Helper()
	var report, messages bytes.Buffer
	args := []string{"imgpool", "resize", "-w", fmt.Sprint(width), "-f", format, "--first-frame", "--json", "-o", t.TempDir()}
	if len(inputs) > 1 {
		args = append(args, "--name", "{dir}/{name}-{width}{ext}")
	}
	args = append(args, inputs...)
	ctx := context.Background()
	cli.Run(ctx, ctx, args, cli.Streams{In: strings.NewReader(""), Out: &report, Err: &messages})
	lines := map[string]line{}
	for dec := json.NewDecoder(&report); dec.More(); {
		var l line
		if err := dec.Decode(&l); err != nil {
			t.Fatalf("%v; %s", err, messages.String())
		}
		if l.Type == "file" {
			name, err := filepath.Rel(corpus, l.Input)
			if err != nil {
				t.Fatal(err)
			}
			lines[filepath.ToSlash(name)] = l
		}
	}
	if len(lines) == 0 {
		t.Fatalf("no file was reported: %s", messages.String())
	}
	return lines
}

// compare holds one result against its reference.
func compare(t *testing.T, l line) outcome {
	t.Helper()
	got, err := picture(l)
	if err != nil {
		if _, problem := reference(t, l.Input, l.Format, image.Point{}); problem != nil {
			return outcome{"no reference", problem.Error()}
		}
		return outcome{"refused", l.Status + " " + l.Reason + " " + l.Error}
	}
	want, problem := reference(t, l.Input, l.Format, got.Bounds().Size())
	if problem != nil {
		return outcome{"no reference", problem.Error()}
	}
	if want.Bounds().Size() != got.Bounds().Size() {
		return outcome{"differs", fmt.Sprintf("is %v, made from %v", got.Bounds().Size(), want.Bounds().Size())}
	}
	if l.Format == "jpeg" && got.Bounds().Dx() == width {
		got, want = halved(got), halved(want)
	}
	psnr, mean := imgtest.PSNR(got, want), imgtest.MeanDiff(got, want)
	detail := fmt.Sprintf("%.1f dB, %.2f levels", psnr, mean)
	if psnr >= minPSNR || mean <= maxMean {
		return outcome{"same", detail}
	}
	dir := t.ArtifactDir()
	base := filepath.Join(dir, strings.ReplaceAll(l.Input, string(filepath.Separator), "_"))
	imgtest.WritePNG(base+"-got.png", got)
	imgtest.WritePNG(base+"-want.png", want)
	return outcome{"differs", detail}
}

// picture reads what imgpool wrote.
func picture(l line) (image.Image, error) {
	data, err := os.ReadFile(l.Output)
	if err != nil || l.Status != "written" {
		return nil, errors.Join(err, errors.New(l.Status))
	}
	m, _, err := image.Decode(bytes.NewReader(data))
	if err != nil { // TIFF of grey with alpha, which the library does not know
		return pixels(l.Output)
	}
	return m, nil
}

// halved averages opaque pixels two by two; the last row or column of an odd number is left out.
func halved(m image.Image) image.Image {
	b := m.Bounds()
	out := image.NewNRGBA64(image.Rect(0, 0, max(1, b.Dx()/2), max(1, b.Dy()/2)))
	for y := range out.Rect.Dy() {
		for x := range out.Rect.Dx() {
			var sum [3]uint32
			for i := range 4 {
				c := imgtest.Straight(m, b.Min.X+min(2*x+i&1, b.Dx()-1), b.Min.Y+min(2*y+i>>1, b.Dy()-1))
				sum[0], sum[1], sum[2] = sum[0]+uint32(c.R), sum[1]+uint32(c.G), sum[2]+uint32(c.B)
			}
			out.SetNRGBA64(x, y, color.NRGBA64{uint16(sum[0] / 4), uint16(sum[1] / 4), uint16(sum[2] / 4), 65535})
		}
	}
	return out
}
