package compress

import (
	"bytes"
	"context"
	"errors"
	"testing"

	"imgpool/internal/codec"
	"imgpool/internal/imgtest"
	"imgpool/internal/optimize/ssimulacra2"
)

// photoJPEG is a photo as a file of the given quality.
func photoJPEG(t *testing.T, seed uint64, quality int) []byte {
	t.Helper()
	var b bytes.Buffer
	err := codec.Encode(&b, imgtest.Photo(seed, 320, 240), codec.EncodeOptions{Format: codec.JPEG, Quality: quality})
	if err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// What --max-bytes promises: the result fits, the next quality does not, and few
// files are made to know it.
func TestMaxBytesIsTheBestThatFits(t *testing.T) {
	trials, searches := 0, 0
	for seed, quality := range []int{80, 95} {
		data := photoJPEG(t, uint64(seed), quality)
		for _, part := range []int{2, 3} {
			limit := len(data) / part
			found, _ := smallest(t, data, Options{MaxBytes: int64(limit)})
			if found.Method != Lossy || len(found.Data) > limit {
				t.Fatalf("quality %d, limit %d: %v with %d bytes", quality, limit, found.Method, len(found.Data))
			}
			above, _ := smallest(t, data, Options{Quality: found.Quality + 1})
			if len(above.Data) <= limit {
				t.Errorf("quality %d, limit %d: %d was taken, and %d has %d bytes", quality, limit, found.Quality, found.Quality+1, len(above.Data))
			}
			trials += found.Trials
			searches++
		}
	}
	if mean := float64(trials) / float64(searches); mean > 3 {
		t.Errorf("%.2f trials on average", mean)
	}
}

// What --target promises, with the score taken anew from the files.
func TestTargetIsTheLowestThatReaches(t *testing.T) {
	data := photoJPEG(t, 3, 92)
	source := decoded(t, data)
	defer source.Release()
	score := func(file []byte) float64 {
		d := decoded(t, file)
		defer d.Release()
		s, err := ssimulacra2.Score(source.Image, d.Image)
		if err != nil {
			t.Fatal(err)
		}
		return s
	}
	for _, target := range []float64{60, 75} {
		found, _ := smallest(t, data, Options{Target: target})
		if got := score(found.Data); found.Method != Lossy || got < target || got != found.Score {
			t.Errorf("target %v: %v, score %v, told %v", target, found.Method, got, found.Score)
		}
		below, _ := smallest(t, data, Options{Quality: found.Quality - 1})
		if got := score(below.Data); got >= target {
			t.Errorf("target %v: quality %d was taken, and %d scores %v", target, found.Quality, found.Quality-1, got)
		}
		if found.Trials > 5 {
			t.Errorf("target %v: %d trials", target, found.Trials)
		}
	}
}

// A limit that no quality meets is told with the size that can be had.
func TestMaxBytesCannot(t *testing.T) {
	data := photoJPEG(t, 1, 80)
	h, err := codec.ReadHeader(data)
	if err != nil {
		t.Fatal(err)
	}
	_, err = Smallest(context.Background(), data, h, Options{MaxBytes: 200})
	var large *TooLargeError
	if !errors.As(err, &large) {
		t.Fatalf("200 bytes: %v", err)
	}
}

// decoded decodes a file.
func decoded(t *testing.T, data []byte) *codec.Decoded {
	t.Helper()
	h, err := codec.ReadHeader(data)
	if err != nil {
		t.Fatal(err)
	}
	d, err := codec.Decode(data, h, codec.DecodeOptions{})
	if err != nil {
		t.Fatal(err)
	}
	return d
}
