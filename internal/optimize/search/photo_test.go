package search_test

import (
	"bytes"
	"context"
	"image"
	"testing"

	"imgpool/internal/codec"
	"imgpool/internal/imgtest"
	"imgpool/internal/optimize/search"
	"imgpool/internal/optimize/ssimulacra2"
)

// jpegOf encodes m at a quality.
func jpegOf(m image.Image, quality int) ([]byte, error) {
	var b bytes.Buffer
	err := codec.Encode(&b, m, codec.EncodeOptions{Format: codec.JPEG, Quality: quality})
	return b.Bytes(), err
}

// goal is what a caller knows of a photo before the first trial.
func goal(m image.Image) search.Range {
	size := m.Bounds().Size()
	return search.Range{Low: 1, High: 100, Model: search.JPEG, Pixels: size.X * size.Y}
}

// With the encoder of the project and pictures as hard as photos.
func TestFitOfPhotos(t *testing.T) {
	trials, searches := 0, 0
	for seed := range uint64(3) {
		m := imgtest.Photo(seed, 480, 360)
		for _, limit := range []int64{6000, 12000, 25000, 50000} {
			got, err := search.Fit(context.Background(), goal(m), limit, func(q int) ([]byte, error) { return jpegOf(m, q) })
			if err != nil || !got.Met {
				t.Fatalf("photo %d, limit %d: met %v, %v", seed, limit, got.Met, err)
			}
			above, err := jpegOf(m, got.Quality+1)
			if err != nil {
				t.Fatal(err)
			}
			if int64(len(got.Data)) > limit || int64(len(above)) <= limit {
				t.Errorf("photo %d, limit %d: %d bytes at quality %d, %d above", seed, limit, len(got.Data), got.Quality, len(above))
			}
			trials += got.Trials
			searches++
		}
	}
	if mean := float64(trials) / float64(searches); mean > 4 {
		t.Errorf("%.2f trials on average", mean)
	}
}

func TestReachOfPhoto(t *testing.T) {
	m := imgtest.Photo(3, 320, 240)
	ref, err := ssimulacra2.NewReference(m)
	if err != nil {
		t.Fatal(err)
	}
	try := func(q int) ([]byte, float64, error) {
		data, err := jpegOf(m, q)
		if err != nil {
			return nil, 0, err
		}
		h, err := codec.ReadHeader(data)
		if err != nil {
			return nil, 0, err
		}
		d, err := codec.Decode(data, h, codec.DecodeOptions{})
		if err != nil {
			return nil, 0, err
		}
		defer d.Release()
		s, err := ref.Score(d.Image)
		return data, s, err
	}
	for _, target := range []float64{40, 60, 75} {
		got, err := search.Reach(context.Background(), goal(m), target, try)
		if err != nil || !got.Met {
			t.Fatalf("target %v: met %v, %v", target, got.Met, err)
		}
		_, below, err := try(got.Quality - 1)
		if err != nil {
			t.Fatal(err)
		}
		if got.Score < target || below >= target {
			t.Errorf("target %v: %v at quality %d, %v below", target, got.Score, got.Quality, below)
		}
		if got.Trials > 6 {
			t.Errorf("target %v: %d trials", target, got.Trials)
		}
	}
}
