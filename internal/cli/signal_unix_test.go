//go:build unix

package cli

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"
	"testing"
)

// TestSignals runs imgpool itself, because signals are wired up in main.
func TestSignals(t *testing.T) {
	binary := filepath.Join(t.TempDir(), "imgpool")
	if out, err := exec.Command("go", "build", "-o", binary, "imgpool").CombinedOutput(); err != nil {
		t.Fatalf("go build: %v\n%s", err, out)
	}
	s := signals{binary}
	t.Run("first winds down", s.firstWindsDown)
	t.Run("second stops at once", s.secondStopsAtOnce)
	t.Run("closed pipe", s.closedPipeEndsTheRun)
	t.Run("killed in place", s.killedInPlace)
	if runtime.GOOS == "linux" { // elsewhere a third signal ends such a wait
		t.Run("waiting for input", s.whileWaitingForInput)
	}
}

// signals holds what the tests of signals share.
type signals struct{ binary string }

// process is a running imgpool whose standard output is read line by line.
type process struct {
	*exec.Cmd
	t   *testing.T
	in  io.WriteCloser
	out *bufio.Reader
	// pipe is the reading end of its standard output.
	pipe io.Closer
	err  bytes.Buffer
}

// start runs imgpool in dir.
func (s signals) start(t *testing.T, dir string, args ...string) *process {
	t.Helper()
	p := &process{Cmd: exec.Command(s.binary, args...), t: t}
	p.Dir, p.Stderr = dir, &p.err
	var err error
	if p.in, err = p.StdinPipe(); err != nil {
		t.Fatal(err)
	}
	out, err := p.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	p.out, p.pipe = bufio.NewReader(out), out
	if err := p.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { p.Process.Kill() })
	return p
}

// line reads the next line of standard output.
func (p *process) line() string {
	p.t.Helper()
	line, err := p.out.ReadString('\n')
	if err != nil {
		p.t.Fatalf("standard output ended: %v\n%s", err, p.err.String())
	}
	return line
}

func (p *process) signal(s os.Signal) {
	p.t.Helper()
	if err := p.Process.Signal(s); err != nil {
		p.t.Fatal(err)
	}
}

// end waits for the process to exit with the code and returns the rest of its
// standard output.
func (p *process) end(code int) string {
	p.t.Helper()
	rest, _ := io.ReadAll(p.out)
	p.Wait()
	if got := p.ProcessState.ExitCode(); got != code {
		p.t.Errorf("exit code %d, want %d (%v)\n%s", got, code, p.ProcessState, p.err.String())
	}
	return string(rest)
}

// pictures writes n small pictures to dir/p.
func pictures(t *testing.T, n int) (dir string) {
	t.Helper()
	dir = t.TempDir()
	if err := os.Mkdir(filepath.Join(dir, "p"), 0o755); err != nil {
		t.Fatal(err)
	}
	data := makePicture(".jpg", 60, 40, pictureOptions{orientation: 1, cut: 100})
	for i := range n {
		if err := os.WriteFile(filepath.Join(dir, "p", fmt.Sprintf("%03d.jpg", i)), data, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// leftovers lists the temporary files below dir, and the outputs that are no
// complete picture.
func leftovers(t *testing.T, dir string) (bad []string) {
	t.Helper()
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		data, err := os.ReadFile(path)
		if strings.HasSuffix(path, ".tmp") || strings.HasSuffix(path, ".jpg") && !bytes.HasSuffix(data, []byte("\xff\xd9")) {
			bad = append(bad, path)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return bad
}

// The first signal lets what is in flight finish; nothing new starts, what was
// not reached is told as cancelled, and the summary is printed.
func (s signals) firstWindsDown(t *testing.T) {
	for _, c := range []struct {
		signal syscall.Signal
		code   int
	}{{syscall.SIGINT, 130}, {syscall.SIGHUP, 130}, {syscall.SIGTERM, 143}} {
		const files = 40
		dir := pictures(t, files)
		p := s.start(t, dir, "resize", "-w", "30", "--json", "--rate", "5/s", "-j", "2", "p")
		first := p.line()
		p.signal(c.signal)
		lines := strings.Split(strings.TrimSpace(first+p.end(c.code)), "\n")

		var sum summaryLine
		if err := json.Unmarshal([]byte(lines[len(lines)-1]), &sum); err != nil || sum.Type != "summary" {
			t.Fatalf("%v: the last line is no summary: %s", c.signal, lines[len(lines)-1])
		}
		if len(lines) != files+1 || sum.Files != files || sum.Written < 1 || sum.Cancelled < 1 || sum.Written+sum.Cancelled != files || sum.Exit != c.code {
			t.Errorf("%v: %d lines, summary %+v; want all %d files, written or cancelled, and exit %d", c.signal, len(lines), sum, files, c.code)
		}
		if !strings.Contains(p.err.String(), "cancelled") {
			t.Errorf("%v: no summary on standard error: %s", c.signal, p.err.String())
		}
		if bad := leftovers(t, dir); bad != nil {
			t.Errorf("%v: left behind: %v", c.signal, bad)
		}
	}
}

// A second signal ends the run without waiting, and still without damage.
func (s signals) secondStopsAtOnce(t *testing.T) {
	dir := pictures(t, 20)
	big := makePicture(".png", 3000, 2000, pictureOptions{cut: 100})
	for _, name := range []string{"p/big1.png", "p/big2.png", "p/big3.png"} {
		if err := os.WriteFile(filepath.Join(dir, name), big, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	p := s.start(t, dir, "resize", "-w", "1500", "--json", "--in-place", "-j", "2", "p")
	p.line()
	p.signal(syscall.SIGINT)
	p.Process.Signal(syscall.SIGINT) // it may have ended already
	p.end(130)
	if bad := leftovers(t, dir); bad != nil {
		t.Errorf("left behind: %v", bad)
	}
}

// A signal also ends a run that waits for its list of files.
func (s signals) whileWaitingForInput(t *testing.T) {
	dir := pictures(t, 1)
	p := s.start(t, dir, "resize", "-w", "30", "--json", "--files-from", "-", "-o", "out")
	if _, err := io.WriteString(p.in, "p/000.jpg\n"); err != nil {
		t.Fatal(err)
	}
	if first := p.line(); !strings.Contains(first, `"status":"written"`) {
		t.Fatalf("first line %s", first)
	}
	p.signal(syscall.SIGINT)
	p.end(130)
}

// When nobody reads standard output any more, the run ends cleanly.
func (s signals) closedPipeEndsTheRun(t *testing.T) {
	dir := pictures(t, 40)
	p := s.start(t, dir, "resize", "-w", "30", "--json", "--rate", "50/s", "-j", "1", "p")
	p.line()
	p.pipe.Close()
	p.end(1)
	if text := p.err.String(); !strings.Contains(text, "cancelled") || strings.Contains(text, "broken pipe") {
		t.Errorf("standard error: %s", text)
	}
	if bad := leftovers(t, dir); bad != nil {
		t.Errorf("left behind: %v", bad)
	}
}

// kill -9 while files are replaced: each is the old one or the new one, whole,
// and the next run does the rest and clears away what was left lying about.
func (s signals) killedInPlace(t *testing.T) {
	const files = 60
	dir := pictures(t, files)
	old := makePicture(".jpg", 300, 200, pictureOptions{orientation: 1, gps: true, cut: 100})
	path := func(i int) string { return filepath.Join(dir, "p", fmt.Sprintf("%03d.jpg", i)) }
	for i := range files {
		if err := os.WriteFile(path(i), old, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	args := []string{"compress", "--in-place", "--json", "-j", "3", "p"}
	var replaced []byte // what each becomes
	done := func() (n int) {
		for i := range files {
			data, err := os.ReadFile(path(i))
			if err != nil {
				t.Fatal(err)
			}
			if bytes.Equal(data, old) {
				continue
			}
			if replaced == nil && bytes.HasSuffix(data, []byte("\xff\xd9")) {
				replaced = data
			}
			if !bytes.Equal(data, replaced) {
				t.Fatalf("%s is neither the old nor the new picture: %d bytes", path(i), len(data))
			}
			n++
		}
		return n
	}
	for range 4 {
		p := s.start(t, dir, args...)
		for range 3 {
			p.line()
		}
		p.signal(syscall.SIGKILL)
		p.Wait()
		if n := done(); n < 3 {
			t.Fatalf("%d of %d were told of as replaced, but %d are", 3, files, n)
		}
	}
	p := s.start(t, dir, args...)
	p.end(0)
	if n := done(); n != files {
		t.Errorf("%d of %d were replaced in the end", n, files)
	}
	if bad := leftovers(t, dir); bad != nil {
		t.Errorf("left behind: %v", bad)
	}
}
