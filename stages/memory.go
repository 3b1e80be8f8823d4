package stages

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"strconv"
	"strings"
	"sync"

	"golang.org/x/sync/semaphore"
)

// budget bounds the bytes that pictures in flight take. A picture is charged
// in decode, once its header tells what it will need until its result is
// written, and paid back when it is released.
type budget struct {
	total int64
	sem   *semaphore.Weighted
}

func newBudget(total int64) *budget {
	return &budget{total: total, sem: semaphore.NewWeighted(total)}
}

// charge waits until n bytes are free. A picture dearer than the whole
// budget would wait for ever, so it fails.
func (b *budget) charge(ctx context.Context, n int64) error {
	if n > b.total {
		return b.tooDear(n)
	}
	return b.sem.Acquire(ctx, n)
}

// more adds n bytes to a charge without waiting: waiting while holding a
// charge could leave all workers waiting for each other.
func (b *budget) more(n int64) bool { return n <= 0 || b.sem.TryAcquire(n) }

func (b *budget) payBack(n int64) {
	if n > 0 {
		b.sem.Release(n)
	}
}

// errTooDear is a picture that the whole budget could not hold.
type errTooDear struct{ need, total int64 }

func (e *errTooDear) Error() string {
	return fmt.Sprintf("needs %s, more than the memory budget of %s", formatBytes(e.need), formatBytes(e.total))
}

func (b *budget) tooDear(n int64) error { return &errTooDear{n, b.total} }

// hint is the flag that would let the picture through.
func (e *errTooDear) hint() string {
	return fmt.Sprintf("use --memory %dMiB", (e.need+1<<20-1)>>20)
}

// formatBytes is n in binary units, as --memory takes them.
func formatBytes(n int64) string {
	switch {
	case n >= 1<<30:
		return fmt.Sprintf("%.1f GiB", float64(n)/(1<<30))
	case n >= 1<<20:
		return fmt.Sprintf("%.0f MiB", float64(n)/(1<<20))
	}
	return fmt.Sprintf("%.0f KiB", float64(n)/(1<<10))
}

// defaultMemory is a quarter of what this process may use: the smaller of the
// cgroup's limit and of RAM; at least 256 MiB. Where neither can be read, 1 GiB.
func defaultMemory() int64 {
	limit := int64(0)
	for _, n := range []int64{cgroupLimit(), physicalMemory()} {
		if n > 0 && (limit == 0 || n < limit) {
			limit = n
		}
	}
	if limit == 0 {
		limit = 4 << 30
	}
	return max(limit/4, 256<<20)
}

// cgroupLimit reads the limit of this process's control group, version 2 or
// 1; 0 where there is none.
func cgroupLimit() int64 {
	paths := []string{"/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory/memory.limit_in_bytes"}
	if own, err := os.ReadFile("/proc/self/cgroup"); err == nil {
		for line := range strings.Lines(string(own)) {
			if group, ok := strings.CutPrefix(strings.TrimSpace(line), "0::"); ok {
				paths = append([]string{"/sys/fs/cgroup" + group + "/memory.max"}, paths...)
			}
		}
	}
	for _, path := range paths {
		text, err := os.ReadFile(path)
		if err != nil {
			continue
		}
		if n, err := strconv.ParseInt(strings.TrimSpace(string(text)), 10, 64); err == nil && n > 0 {
			return n
		}
	}
	return 0
}

// physicalMemory reads the size of RAM where the system tells it in
// /proc/meminfo; elsewhere 0.
func physicalMemory() int64 {
	text, err := os.ReadFile("/proc/meminfo")
	if err != nil {
		return 0
	}
	for line := range strings.Lines(string(text)) {
		if fields := strings.Fields(line); len(fields) >= 2 && fields[0] == "MemTotal:" {
			kib, _ := strconv.ParseInt(fields[1], 10, 64)
			return kib << 10
		}
	}
	return 0
}

// outputs keeps the buffers that encoders write into, between pictures. Large
// ones are left to the garbage collector, so that one huge output does not
// stay for the rest of the run.
var outputs = sync.Pool{New: func() any { return new(bytes.Buffer) }}

const keepOutput = 4 << 20

func getBuffer() *bytes.Buffer {
	b := outputs.Get().(*bytes.Buffer)
	b.Reset()
	return b
}

func putBuffer(b *bytes.Buffer) {
	if b.Cap() <= keepOutput {
		outputs.Put(b)
	}
}
