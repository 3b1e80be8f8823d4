//go:build unix

package kerneltest

import (
	"os"
	"syscall"
	"testing"
	"unsafe"
)

// Guarded returns n bytes that end exactly at a page without access rights
// (and, with atStart, begin exactly after one): the first byte read or written
// beyond stops the test. The memory lives until the test ends.
func Guarded(t testing.TB, n int, atStart bool) []byte {
	t.Helper()
	page := os.Getpagesize()
	body := (n + page - 1) / page * page
	mem, err := syscall.Mmap(-1, 0, body+2*page, syscall.PROT_READ|syscall.PROT_WRITE, syscall.MAP_ANON|syscall.MAP_PRIVATE)
	if err != nil {
		t.Fatalf("mmap of %d bytes: %v", body+2*page, err)
	}
	t.Cleanup(func() {
		if err := syscall.Munmap(mem); err != nil {
			t.Errorf("munmap: %v", err)
		}
	})
	for _, guard := range [][]byte{mem[:page], mem[page+body:]} {
		if err := syscall.Mprotect(guard, syscall.PROT_NONE); err != nil {
			t.Fatalf("mprotect: %v", err)
		}
	}
	if atStart {
		return mem[page : page+n : page+n]
	}
	return mem[page+body-n : page+body : page+body]
}

// GuardedInt16s is [Guarded] for n int16 values.
func GuardedInt16s(t testing.TB, n int, atStart bool) []int16 {
	if n == 0 {
		return nil
	}
	b := Guarded(t, 2*n, atStart)
	return unsafe.Slice((*int16)(unsafe.Pointer(unsafe.SliceData(b))), n)
}
