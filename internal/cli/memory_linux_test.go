package cli

import (
	"image"
	"image/color/palette"
	"image/gif"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"testing"
)

// TestMemoryOfAnimations runs imgpool itself, as only a whole process has a
// peak of memory: 200 frames that would take 366 MiB together stay within
// 256 MiB and what the program itself needs.
func TestMemoryOfAnimations(t *testing.T) {
	if testing.Short() {
		t.Skip("builds imgpool, and counts this process's own memory before it becomes imgpool")
	}
	dir := t.TempDir()
	binary, in := filepath.Join(dir, "imgpool"), filepath.Join(dir, "in.gif")
	if out, err := exec.Command("go", "build", "-o", binary, "imgpool").CombinedOutput(); err != nil {
		t.Fatalf("go build: %v\n%s", err, out)
	}
	const w, h, frames = 800, 600, 200
	g := &gif.GIF{}
	for n := range frames {
		m := image.NewPaletted(image.Rect(0, 0, w, h), palette.Plan9)
		for y := range h {
			for x := range w {
				m.Pix[y*w+x] = uint8((x+3*n)/16 ^ y/16)
			}
		}
		g.Image, g.Delay = append(g.Image, m), append(g.Delay, 4)
	}
	f, err := os.Create(in)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if err := gif.EncodeAll(f, g); err != nil {
		t.Fatal(err)
	}
	for _, format := range []string{"gif", "png", "webp"} {
		cmd := exec.Command(binary, "resize", "-w", "100", "--memory", "256MiB", "-f", format, "-o", filepath.Join(dir, "out."+format), in)
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Fatalf("%v\n%s", err, out)
		}
		peak := cmd.ProcessState.SysUsage().(*syscall.Rusage).Maxrss >> 10 // MiB
		t.Logf("%s: %d MiB", format, peak)
		if peak > 256+48 {
			t.Errorf("%s: %d MiB", format, peak)
		}
	}
}
