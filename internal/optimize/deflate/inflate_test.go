package deflate

import (
	"bytes"
	"compress/zlib"
	"errors"
	"io"
	"math/rand/v2"
	"testing"
)

// text draws data of a kind that compresses somewhat.
func text(n int, seed uint64) []byte {
	rnd := rand.New(rand.NewPCG(seed, 1))
	out := make([]byte, 0, n+64)
	for len(out) < n {
		switch k := rnd.IntN(8); {
		case k < 4 || len(out) < 100:
			for range rnd.IntN(40) {
				out = append(out, byte(rnd.NormFloat64()*12))
			}
		case k < 6:
			from := rnd.IntN(len(out))
			out = append(out, out[from:min(len(out), from+rnd.IntN(300))]...)
		case k < 7:
			out = append(out, bytes.Repeat([]byte{byte(rnd.Uint32())}, rnd.IntN(700))...)
		default:
			out = append(out, bytes.Repeat([]byte{byte(rnd.Uint32()), 3, byte(rnd.Uint32())}, rnd.IntN(200))...)
		}
	}
	return out[:n]
}

// deflated is data as the standard library compresses it.
func deflated(t testing.TB, data []byte, level int) []byte {
	t.Helper()
	var b bytes.Buffer
	w, err := zlib.NewWriterLevel(&b, level)
	if err == nil {
		_, err = w.Write(data)
	}
	if err == nil {
		err = w.Close()
	}
	if err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestInflateReadsWhatTheStandardLibraryWrites(t *testing.T) {
	for seed, n := range []int{0, 1, 2, 100, 5000, 70_000, 300_000} {
		data := text(n, uint64(seed))
		for level := -2; level <= 9; level++ {
			z := deflated(t, data, level)
			got := make([]byte, n)
			if err := Inflate(got, z); err != nil || !bytes.Equal(got, data) {
				t.Fatalf("%d bytes at level %d: %v", n, level, err)
			}
			if err := Inflate(got, append(z, "trailer"...)); err != nil {
				t.Fatalf("with a trailer: %v", err)
			}
			if err := Inflate(make([]byte, n+1), z); !errors.Is(err, ErrShort) {
				t.Fatalf("asked for more: %v", err)
			}
			if n > 0 {
				if err := Inflate(got[:n-1], z); !errors.Is(err, ErrLong) {
					t.Fatalf("asked for less: %v", err)
				}
			}
			if err := Inflate(got, z[:len(z)-1]); !errors.Is(err, ErrShort) {
				t.Fatalf("cut off: %v", err)
			}
			z[len(z)-1] ^= 1
			if err := Inflate(got, z); !errors.Is(err, ErrCorrupt) {
				t.Fatalf("wrong checksum: %v", err)
			}
		}
	}
}

// FuzzInflate holds that Inflate and the standard library accept the same
// streams and see the same bytes in them.
func FuzzInflate(f *testing.F) {
	f.Add(deflated(f, text(300, 1), 9), uint16(300))
	f.Add(deflated(f, text(3000, 2), -2), uint16(3000))
	f.Add(deflated(f, text(30, 2), 0), uint16(30))
	f.Add([]byte{0x78, 0xda, 5, 0xe0, 0x81}, uint16(4))
	f.Fuzz(func(t *testing.T, z []byte, size uint16) {
		got := make([]byte, size)
		err := Inflate(got, z)
		var want []byte
		r, stdErr := zlib.NewReader(bytes.NewReader(z))
		if stdErr == nil {
			want, stdErr = io.ReadAll(io.LimitReader(r, int64(size)+1))
		}
		if (err == nil) != (stdErr == nil && len(want) == int(size)) {
			t.Fatalf("%v, the standard library says %v and has %d bytes of %d", err, stdErr, len(want), size)
		}
		if err == nil && !bytes.Equal(got, want) {
			t.Fatal("other bytes than the standard library")
		}
	})
}
