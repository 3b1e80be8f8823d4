package stages

import (
	"bytes"
	"encoding/json"
	"fmt"
	"image"
	"io/fs"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"imgpool/internal/codec"
	"imgpool/internal/imgtest"
)

// exiftoolTable is what an independent reader finds in outputs by policy: the
// table of what is there and what is not.
const exiftoolTable = "../testdata/golden/metadata-policies.md"

// kindsOfTags are the rows of that table: what tags are about, by parts of
// their names in lower case, the first that fits. Only the policies named let
// them through.
var kindsOfTags = []struct {
	kind  string
	parts []string
	under []Metadata
}{
	{"position (GPS)", []string{"gps", "latitude", "longitude"}, []Metadata{MetadataAll}},
	{"serial number", []string{"serialnumber", "internalserial"}, []Metadata{MetadataAll}},
	{"owner", []string{"ownername"}, []Metadata{MetadataAll}},
	{"maker notes", []string{"makernote"}, []Metadata{MetadataAll}},
	{"thumbnail", []string{"thumbnail", "previewimage"}, []Metadata{MetadataAll}},
	{"edit history", []string{"history", "documentid", "instanceid", "derivedfrom"}, []Metadata{MetadataAll}},
	{"author, credit", []string{"artist", "creator", "by-line", "credit"}, []Metadata{MetadataCopyright, MetadataSafe, MetadataAll}},
	{"copyright, licence", []string{"copyright", "rights", "usageterms", "webstatement", "licen"}, []Metadata{MetadataCopyright, MetadataSafe, MetadataAll}},
	{"digital source type (AI)", []string{"digitalsourcetype"}, []Metadata{MetadataCopyright, MetadataSafe, MetadataAll}},
	{"camera, lens", []string{"ifd0:make", "ifd0:model", "lensmodel", "lensmake", "fnumber", "exposuretime"}, []Metadata{MetadataSafe, MetadataAll}},
	{"time", []string{"datetimeoriginal", "createdate", "modifydate"}, []Metadata{MetadataSafe, MetadataAll}},
	{"title, description, keywords", []string{"imagedescription", "description", "caption", "title", "subject", "keywords"}, []Metadata{MetadataSafe, MetadataAll}},
}

// exifTags are those of one file, names in lower case with their group.
type exifTags map[string]any

// readByExiftool reads all files below a folder with one call.
func readByExiftool(t *testing.T, exiftool, dir string) []exifTags {
	t.Helper()
	out, err := exec.Command(exiftool, "-q", "-q", "-r", "-j", "-G1", "-a", "-n", "-ext", "*", dir).Output()
	var files []map[string]any
	if jsonErr := json.Unmarshal(out, &files); jsonErr != nil || len(files) == 0 {
		t.Fatalf("exiftool: %v, %v", err, jsonErr)
	}
	var all []exifTags
	for _, f := range files {
		tags := exifTags{}
		for name, v := range f {
			tags[strings.ToLower(name)] = v
		}
		all = append(all, tags)
	}
	return all
}

// kinds lists what a file's tags are about. What describes the coding or the
// profile is nobody's secret.
func (tags exifTags) kinds() map[string]string {
	found := map[string]string{}
	for name := range tags {
		group, _, _ := strings.Cut(name, ":")
		switch {
		case group == name, group == "system", group == "composite", strings.HasPrefix(group, "icc"), group == "exiftool":
			continue
		}
		for _, k := range kindsOfTags {
			if slices.ContainsFunc(k.parts, func(part string) bool { return strings.Contains(name, part) }) {
				found[k.kind] = name
				break
			}
		}
	}
	return found
}

// checkUpright holds what an output says of its own size and orientation
// against what it is: it has been turned, and has other pixels than its input.
func (tags exifTags) checkUpright(t *testing.T) {
	t.Helper()
	width, height := tags["file:imagewidth"], tags["file:imageheight"]
	if fmt.Sprint(width) != "40" { // not resized: a copy, as it was
		return
	}
	for name, want := range map[string]any{"exififd:exifimagewidth": width, "exififd:exifimageheight": height, "xmp-exif:exifimagewidth": width, "xmp-exif:exifimageheight": height} {
		if v, ok := tags[name]; ok && want != nil && fmt.Sprint(v) != fmt.Sprint(want) {
			t.Errorf("%v: %s is %v, the picture's is %v", tags["sourcefile"], name, v, want)
		}
	}
	for _, name := range []string{"ifd0:orientation", "xmp-tiff:orientation"} {
		if v, ok := tags[name]; ok && fmt.Sprint(v) != "1" {
			t.Errorf("%v: %s is %v", tags["sourcefile"], name, v)
		}
	}
}

// The pictures of the corpus that say something, through the whole run, in
// every format that holds metadata and at their own size, as exiftool sees them.
func TestPoliciesByExiftool(t *testing.T) {
	exiftool, err := exec.LookPath("exiftool")
	if err != nil || testing.Short() || imgtest.Corpus("features") == "" {
		t.Skip("takes a minute, exiftool and the corpus")
	}
	told, small := tellingFiles(t)
	unlinked := unlinkedEXIF(t)
	told = append(told, writtenByAI(t))
	counts := map[string]map[Metadata]int{}
	outputs := map[Metadata]int{}
	for _, policy := range []Metadata{MetadataNone, MetadataCopyright, MetadataSafe, MetadataAll} {
		dir := t.TempDir()
		convert := func(name string, inputs []string, r ResizeOptions, f codec.Format) {
			cfg := Config{Discover: DiscoverOptions{Inputs: inputs}, Output: OutputOptions{Path: filepath.Join(dir, name)}, Resize: r,
				Encode: EncodeOptions{Format: f, Metadata: policy}}
			if _, _, err := run(t, cfg); err != nil {
				t.Fatal(err)
			}
		}
		for f, n := range map[codec.Format]int{codec.JPEG: 1, codec.PNG: 1, codec.WebP: 2, codec.TIFF: 4, codec.GIF: 4, codec.AVIF: 20, codec.JXL: 20} {
			convert(f.String(), everyNth(told, n), ResizeOptions{Width: 40}, f) // of the slow ones a sample
		}
		convert("same", append(small, unlinked), ResizeOptions{}, codec.Unknown)
		files := readByExiftool(t, exiftool, dir)
		outputs[policy] = len(files)
		for _, tags := range files {
			if !strings.Contains(fmt.Sprint(tags["sourcefile"]), "same") {
				tags.checkUpright(t)
			}
			for kind, name := range tags.kinds() {
				if counts[kind] == nil {
					counts[kind] = map[Metadata]int{}
				}
				counts[kind][policy]++
				i := slices.IndexFunc(kindsOfTags, func(k struct {
					kind  string
					parts []string
					under []Metadata
				}) bool {
					return k.kind == kind
				})
				if !slices.Contains(kindsOfTags[i].under, policy) {
					t.Errorf("%v: %s: %v has %s", policy, kind, tags["sourcefile"], name)
				}
			}
		}
	}
	compareTable(t, counts, outputs)
}

// tellingFiles are the pictures of the corpus with EXIF, XMP or IPTC, and those
// of them whose format is written, for they may be copied: the smaller ones.
func tellingFiles(t *testing.T) (all, small []string) {
	t.Helper()
	slow := 0
	for _, part := range []string{"features", "photos"} {
		err := filepath.WalkDir(imgtest.Corpus(part), func(path string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() {
				return err
			}
			info, err := d.Info()
			if err != nil || info.Size() > 500<<10 {
				return err
			}
			data, err := os.ReadFile(path)
			if err != nil {
				return err
			}
			h, err := codec.ReadHeader(data)
			if err != nil || h.Damage != nil || h.EXIF == nil && h.XMP == nil && h.Metadata().Photoshop == nil && h.Format != codec.TIFF {
				return nil
			}
			if f := h.Format; f == codec.AVIF || f == codec.HEIC || f == codec.JXL { // slow to decode
				if slow++; slow%10 != 0 {
					return nil
				}
			}
			all = append(all, path)
			if h.Format.CanWrite() {
				small = append(small, path)
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	return all, small
}

// unlinkedEXIF writes an AVIF whose EXIF with a position belongs to no picture.
func unlinkedEXIF(t *testing.T) string {
	t.Helper()
	// One directory with a pointer to another, which has a latitude's reference.
	exif := []byte("MM\x00*\x00\x00\x00\x08\x00\x01\x88\x25\x00\x04\x00\x00\x00\x01\x00\x00\x00\x1a\x00\x00\x00\x00" +
		"\x00\x01\x00\x01\x00\x02\x00\x00\x00\x02N\x00\x00\x00\x00\x00\x00\x00")
	var b bytes.Buffer
	if err := codec.Encode(&b, image.NewNRGBA(image.Rect(0, 0, 16, 16)), codec.EncodeOptions{Format: codec.AVIF, EXIF: exif}); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "unlinked.avif")
	if err := os.WriteFile(path, bytes.ReplaceAll(b.Bytes(), []byte("cdsc"), []byte("abcd")), 0o644); err != nil {
		t.Fatal(err)
	}
	return path
}

// writtenByAI writes a picture that says so and whose it is, which none of the corpus does.
func writtenByAI(t *testing.T) string {
	t.Helper()
	xmp := `<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">` +
		`<rdf:Description xmlns:Iptc4xmpExt="http://iptc.org/std/Iptc4xmpExt/2008-02-29/" ` +
		`xmlns:aux="http://ns.adobe.com/exif/1.0/aux/" aux:OwnerName="Somebody" ` +
		`Iptc4xmpExt:DigitalSourceType="http://cv.iptc.org/newscodes/digitalsourcetype/trainedAlgorithmicMedia"/></rdf:RDF></x:xmpmeta>`
	var b bytes.Buffer
	if err := codec.Encode(&b, image.NewNRGBA(image.Rect(0, 0, 80, 60)), codec.EncodeOptions{Format: codec.JPEG, XMP: []byte(xmp)}); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "ai.jpg")
	if err := os.WriteFile(path, b.Bytes(), 0o644); err != nil {
		t.Fatal(err)
	}
	return path
}

func everyNth(list []string, n int) (some []string) {
	for i := 0; i < len(list); i += n {
		some = append(some, list[i])
	}
	return some
}

// compareTable holds the counts against the table in the repository: what is
// there stays there, what is not stays out. The numbers themselves depend on
// the corpus.
func compareTable(t *testing.T, counts map[string]map[Metadata]int, outputs map[Metadata]int) {
	t.Helper()
	policies := slices.Sorted(maps.Keys(outputs))
	slices.SortFunc(policies, func(a, b Metadata) int { return strings.Compare(order(a), order(b)) })
	var b strings.Builder
	b.WriteString("How many outputs have tags of a kind, as exiftool reads them, by `--metadata`: pictures with EXIF, XMP or IPTC, written as JPEG, PNG,\nWebP, TIFF, GIF, AVIF and JPEG XL, and rewritten or copied at their own size. Made by `go test ./stages -run Exiftool -update`.\n\n| |")
	for _, p := range policies {
		fmt.Fprintf(&b, " %s |", p)
	}
	b.WriteString("\n|---|---|---|---|---|\n| outputs |")
	for _, p := range policies {
		fmt.Fprintf(&b, " %d |", outputs[p])
	}
	b.WriteString("\n")
	for _, k := range kindsOfTags {
		fmt.Fprintf(&b, "| %s |", k.kind)
		for _, p := range policies {
			fmt.Fprintf(&b, " %d |", counts[k.kind][p])
		}
		b.WriteString("\n")
	}
	if imgtest.Updating() {
		if err := os.WriteFile(exiftoolTable, []byte(b.String()), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(exiftoolTable)
	if err != nil {
		t.Fatal(err)
	}
	pattern := func(s string) (rows []string) {
		for line := range strings.Lines(s) {
			cells := strings.Split(strings.TrimSpace(line), "|")
			for i, c := range cells {
				if c = strings.TrimSpace(c); strings.Trim(c, "0123456789") == "" && c != "" && c != "0" {
					cells[i] = " some "
				}
			}
			rows = append(rows, strings.Join(cells, "|"))
		}
		return rows
	}
	if !slices.Equal(pattern(string(want)), pattern(b.String())) {
		t.Errorf("%s says otherwise; now it is\n%s", exiftoolTable, b.String())
	}
}

// order sorts policies from nothing to everything.
func order(p Metadata) string {
	return map[Metadata]string{MetadataNone: "0", MetadataCopyright: "1", MetadataSafe: "2", MetadataAll: "3"}[p]
}
