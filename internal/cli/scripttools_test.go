package cli

import (
	"bufio"
	"bytes"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"image"
	"image/color"
	"image/gif"
	"image/jpeg"
	"image/png"
	"io/fs"
	"log"
	"maps"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	_ "golang.org/x/image/bmp"
	_ "golang.org/x/image/tiff"
	_ "golang.org/x/image/webp"
)

// must ends a tool with a message; the script then fails.
func must(err error) {
	if err != nil {
		log.Fatalln("script tool:", err)
	}
}

// pictureTool makes pictures: picture WxH FILE... [orientation=N] [gps]
// [frames=N] [cut=PERCENT]. The extension decides the format, whatever follows a
// file's name and holds no dot is an option for all of them.
func pictureTool() {
	var w, h int
	_, err := fmt.Sscanf(os.Args[1], "%dx%d", &w, &h)
	must(err)
	o := pictureOptions{orientation: 1, frames: 1, cut: 100}
	var paths []string
	for _, arg := range os.Args[2:] {
		name, value, _ := strings.Cut(arg, "=")
		n, _ := strconv.Atoi(value)
		switch name {
		case "orientation":
			o.orientation = n
		case "gps":
			o.gps = true
		case "frames":
			o.frames = n
		case "cut":
			o.cut = n
		default:
			paths = append(paths, arg)
		}
	}
	for _, path := range paths {
		must(os.MkdirAll(filepath.Dir(path), 0o755))
		must(os.WriteFile(path, makePicture(filepath.Ext(path), w, h, o), 0o644))
	}
}

type pictureOptions struct {
	orientation, frames, cut int
	gps                      bool
}

// makePicture encodes a smooth coloured picture that is bright in its upper
// left corner.
func makePicture(ext string, w, h int, o pictureOptions) []byte {
	img := image.NewNRGBA(image.Rect(0, 0, w, h))
	for y := range h {
		for x := range w {
			u, v := float64(x)/float64(w), float64(y)/float64(h)
			wave := math.Sin(20*u) * math.Sin(17*v) * 30
			level := func(f float64) uint8 { return uint8(min(max(f, 0), 255)) }
			img.SetNRGBA(x, y, color.NRGBA{level(230 - 200*u - 100*v + wave), level(200 - 180*v + wave), level(220 - 90*u - 90*v - wave), 255})
		}
	}
	var b bytes.Buffer
	switch ext {
	case ".png":
		must(png.Encode(&b, img))
	case ".gif":
		frame := image.NewPaletted(img.Rect, color.Palette{color.Black, color.White, color.NRGBA{200, 30, 30, 255}})
		for y := range h {
			for x := range w {
				frame.SetColorIndex(x, y, uint8((x+y)/4%3))
			}
		}
		g := &gif.GIF{}
		for range o.frames {
			g.Image, g.Delay = append(g.Image, frame), append(g.Delay, 10)
		}
		must(gif.EncodeAll(&b, g))
	default:
		must(jpeg.Encode(&b, img, &jpeg.Options{Quality: 95}))
	}
	data := b.Bytes()
	if ext == ".jpg" && (o.orientation != 1 || o.gps) {
		data = slices.Concat(data[:2], exifSegment(o), data[2:])
	}
	return data[:len(data)*o.cut/100]
}

// exifSegment is a JPEG APP1 segment with an orientation and, on request, a
// position north of the equator (EXIF 2.3, clause 4.6.6).
func exifSegment(o pictureOptions) []byte {
	be := binary.BigEndian
	tiff := []byte("MM\x00*\x00\x00\x00\x08")
	entry := func(tag, kind uint16, count uint32, value ...byte) {
		tiff = be.AppendUint32(be.AppendUint16(be.AppendUint16(tiff, tag), kind), count)
		tiff = append(tiff, append(value, make([]byte, 4-len(value))...)...)
	}
	tiff = be.AppendUint16(tiff, 2)
	entry(0x0112, 3, 1, 0, byte(o.orientation))
	entry(0x8825, 4, 1, 0, 0, 0, 38) // the GPS directory follows this one
	tiff = be.AppendUint32(tiff, 0)
	tiff = be.AppendUint16(tiff, 1)
	entry(1, 2, 2, 'N', 0)
	tiff = be.AppendUint32(tiff, 0)
	if o.gps {
		tiff = append(tiff, "GPS-CANARY"...)
	}
	body := append([]byte("Exif\x00\x00"), tiff...)
	return append(be.AppendUint16([]byte{0xff, 0xe1}, uint16(len(body)+2)), body...)
}

// sizeofTool prints "FILE format WxH" for each file, as decoders other than
// imgpool's see it.
func sizeofTool() {
	for _, path := range os.Args[1:] {
		data, err := os.ReadFile(path)
		must(err)
		img, format, err := image.Decode(bytes.NewReader(data))
		must(err)
		fmt.Printf("%s %s %dx%d\n", filepath.ToSlash(path), format, img.Bounds().Dx(), img.Bounds().Dy())
	}
}

// treeTool prints all files below a folder, one a line, sorted. Of the folder
// in which imgpool keeps its list only the name is shown.
func treeTool() {
	root := os.Args[1]
	must(filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		must(err)
		rel, _ := filepath.Rel(root, path)
		if d.IsDir() && d.Name() == ".imgpool" {
			fmt.Println(filepath.ToSlash(rel) + "/")
			return fs.SkipDir
		}
		if !d.IsDir() {
			fmt.Println(filepath.ToSlash(rel))
		}
		return nil
	}))
}

// jsonlinesTool checks the lines of --json: jsonlines FILE [DIR...] prints
// "status input reason" for each input, sorted, after it has made sure that
// every line is of schema 1, that no input stands there twice, that the summary
// comes last and agrees, that there is no field beyond the documented ones, that
// nothing failed inside imgpool, and that every file below the DIRs is told of.
func jsonlinesTool() {
	f, err := os.Open(os.Args[1])
	must(err)
	defer f.Close()
	var lines []string
	counts, inputs := map[string]int64{}, map[string]bool{}
	var sum *summaryLine
	scan := bufio.NewScanner(f)
	for scan.Scan() {
		var kind struct {
			Schema int
			Type   string
		}
		must(json.Unmarshal(scan.Bytes(), &kind))
		if kind.Schema != 1 || sum != nil {
			log.Fatalf("schema %d, or a line behind the summary: %s", kind.Schema, scan.Text())
		}
		strict := json.NewDecoder(bytes.NewReader(scan.Bytes()))
		strict.DisallowUnknownFields()
		if kind.Type == "summary" {
			must(strict.Decode(&sum))
			continue
		}
		var l fileLine
		must(strict.Decode(&l))
		if l.Internal || inputs[l.Input] || l.Type != "file" || (l.Status == "failed") != (l.Error != "") {
			log.Fatalf("an internal failure, an input told of twice, or a line that contradicts itself: %s", scan.Text())
		}
		inputs[l.Input] = true
		counts[l.Status]++
		lines = append(lines, strings.TrimSpace(l.Status+" "+filepath.ToSlash(l.Input)+" "+l.Reason))
	}
	must(scan.Err())
	want := map[string]int64{"written": sum.Written, "copied": sum.Copied, "skipped": sum.Skipped,
		"failed": sum.Failed, "cancelled": sum.Cancelled, "planned": sum.Planned, "passed": sum.Passed, "found": sum.Found}
	maps.DeleteFunc(want, func(_ string, n int64) bool { return n == 0 })
	if !maps.Equal(want, counts) || sum.Files != int64(len(inputs)) {
		log.Fatalf("the summary %+v does not agree with the lines %v", sum, counts)
	}
	for _, dir := range os.Args[2:] {
		must(filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
			must(err)
			if !d.IsDir() && !inputs[path] {
				log.Fatalf("not accounted for: %s", path)
			}
			delete(inputs, path)
			return nil
		}))
	}
	if len(os.Args) > 2 && len(inputs) > 0 {
		log.Fatalf("told of, but not there: %v", slices.Collect(maps.Keys(inputs)))
	}
	slices.Sort(lines)
	fmt.Println(strings.Join(lines, "\n"))
	fmt.Println("exit", sum.Exit)
}

// containsTool fails unless FILE holds TEXT: contains FILE TEXT.
func containsTool() {
	data, err := os.ReadFile(os.Args[1])
	must(err)
	if !bytes.Contains(data, []byte(os.Args[2])) {
		os.Exit(1)
	}
}

// appendTool puts TEXT, in which \x00 and the like are bytes, behind what FILE
// holds: append FILE TEXT.
func appendTool() {
	text, err := strconv.Unquote(`"` + os.Args[2] + `"`)
	must(err)
	f, err := os.OpenFile(os.Args[1], os.O_APPEND|os.O_WRONLY, 0)
	must(err)
	_, err = f.WriteString(text)
	must(err)
	must(f.Close())
}

func hardlinkTool() { must(os.Link(os.Args[1], os.Args[2])) }
