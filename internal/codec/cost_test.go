package codec

import (
	"fmt"
	"image"
	"math/rand/v2"
	"runtime"
	"runtime/debug"
	"testing"

	"imgpool/internal/imgtest"
)

// allocated returns how many bytes f allocates in all, which is at least what it holds at any time.
func allocated(f func()) int64 {
	var before, after runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	f()
	runtime.ReadMemStats(&after)
	return int64(after.TotalAlloc - before.TotalAlloc)
}

// hardPictures are those that codecs need most memory for: noise, and noise that shows through.
func hardPictures(w, h int) map[string]image.Image {
	r := rand.New(rand.NewPCG(1, 2))
	noise, deep := image.NewNRGBA(image.Rect(0, 0, w, h)), image.NewNRGBA64(image.Rect(0, 0, w, h))
	for i := range noise.Pix {
		noise.Pix[i] = byte(r.Uint32())
	}
	for i := range deep.Pix {
		deep.Pix[i] = byte(r.Uint32())
	}
	return map[string]image.Image{
		"noise":        noise,
		"deep noise":   deep,
		"planes":       planar(noise, image.YCbCrSubsampleRatio420),
		"full planes":  planar(noise, image.YCbCrSubsampleRatio444),
		"alpha planes": planarAlpha(noise, image.YCbCrSubsampleRatio420),
		"photo":        imgtest.Photo(1, w, h),
		"grey":         imgtest.GrayPhoto(1, w, h),
		"flat":         image.NewGray(image.Rect(0, 0, w, h)),
	}
}

// slack is for encoders: what a growing buffer leaves behind counts as allocated here, but not as held.
const slack = 3

// The stated costs are upper bounds of what is really allocated.
func TestCosts(t *testing.T) {
	defer debug.SetGCPercent(debug.SetGCPercent(-1))
	for _, size := range []image.Point{{240, 180}, {33, 21}, {1000, 3}} {
		for name, img := range hardPictures(size.X, size.Y) {
			for f := JPEG; f <= BMP; f++ {
				for _, special := range []bool{false, true} { // progressive JPEG, lossless WebP
					if special && f != JPEG && f != WebP {
						continue
					}
					o := EncodeOptions{Format: f, Quality: 100, Progressive: special, Lossless: special, Chroma444: special}
					what := fmt.Sprintf("%v of %s, %d x %d, special: %v", f, name, size.X, size.Y, special)
					var file []byte
					used := allocated(func() { file = encode(t, img, o) })
					if cost := EncodeCost(img, size.X, size.Y, o); used > slack*cost {
						t.Errorf("encoding %s took %d bytes, stated are %d", what, used, cost)
					}
					for _, scale := range []int{1, 4} {
						h := header(t, file)
						want := DecodeOptions{Scale: scale}
						used := allocated(func() {
							d, err := Decode(file, h, want)
							if err != nil {
								t.Fatal(err)
							}
							d.Release()
						})
						if cost := h.DecodeCost(want); used > cost {
							t.Errorf("decoding %s at 1/%d took %d bytes, stated are %d", what, scale, used, cost)
						}
					}
				}
			}
		}
	}
}

// An encoder that has to grow its memory copies it: the room that is taken beforehand must be enough.
func TestWebPRoom(t *testing.T) {
	for _, size := range []image.Point{{240, 180}, {1, 1}, {33, 21}, {2000, 2}, {2, 2000}} {
		for name, img := range hardPictures(size.X, size.Y) {
			for _, o := range []EncodeOptions{{Quality: 80}, {Quality: 90}, {Quality: 100}, {Lossless: true}} {
				e, room, _, err := webpEncode(to8(img), size, o)
				if err != nil {
					t.Fatal(err)
				}
				if cap(*e.memory) != room {
					t.Errorf("%s, %v, quality %d, lossless %v: %d bytes were not enough, %d were used", name, size, o.Quality, o.Lossless, room, len(*e.memory))
				}
			}
		}
	}
}
