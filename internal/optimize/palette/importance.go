package palette

import "image"

// Importance of a pixel: from fullWeight in even parts and at clean edges down to leastWeight in noise and texture, where
// errors are hard to see.
const (
	fullWeight  = 255
	leastWeight = 20
)

// importance returns a weight for each pixel, row by row.
func importance(m *image.NRGBA) []uint8 {
	w, h := m.Rect.Dx(), m.Rect.Dy()
	weights := make([]uint8, w*h)
	if w < 3 || h < 3 {
		for i := range weights {
			weights[i] = fullWeight
		}
		return weights
	}
	// Grey values of three rows and the noise of three rows, with a column of margin on both sides.
	grey := [3][]int32{make([]int32, w+2), make([]int32, w+2), make([]int32, w+2)}
	noise := [3][]int32{make([]int32, w+2), make([]int32, w+2), make([]int32, w+2)}
	greyRow(grey[0], m, 0)
	copy(grey[2], grey[0])
	greyRow(grey[1], m, min(1, h-1))
	noiseRow(noise[0], grey[2], grey[0], grey[1])
	copy(noise[2], noise[0])
	for y := range h {
		above, here, below := noise[(y+2)%3], noise[y%3], noise[(y+1)%3]
		// noise of row y+1 needs the grey values of y, y+1, y+2
		if y+1 < h {
			greyRow(grey[(y+2)%3], m, min(y+2, h-1))
			noiseRow(below, grey[y%3], grey[(y+1)%3], grey[(y+2)%3])
		} else {
			copy(below, here)
		}
		row := weights[y*w:][:w]
		above, here, below = above[:w+2], here[:w+2], below[:w+2]
		left, middle := above[0]+here[0]+below[0], above[1]+here[1]+below[1]
		for x := range row {
			right := above[x+2] + here[x+2] + below[x+2]
			row[x] = uint8(max(fullWeight-(left+middle+right)*noiseSlope/16, leastWeight))
			left, middle = middle, right
		}
	}
	return weights
}

// noiseSlope is how fast weight falls with noise: sixteenths of a step per sum of nine.
const noiseSlope = 48

// greyRow sets grey[1:] to the brightness of row y, 0 to 255, over a middle ground; the margins repeat the ends.
func greyRow(grey []int32, m *image.NRGBA, y int) {
	row := m.Pix[y*m.Stride:][:4*m.Rect.Dx()]
	for x := range len(grey) - 2 {
		px := row[4*x : 4*x+4 : 4*x+4]
		v := (brightness(px) + 2) >> 2
		if a := int32(px[3]); a != 255 {
			v = (v*a + 127*(255-a) + 127) / 255
		}
		grey[x+1] = v
	}
	grey[0], grey[len(grey)-1] = grey[1], grey[len(grey)-2]
}

// noiseRow sets noise[1:] to how much the pixels of a row bend both across and down. Edges and gradients bend in one
// direction at most.
func noiseRow(noise, above, here, below []int32) {
	above, here, below = above[:len(noise)], here[:len(noise)], below[:len(noise)]
	left, middle := here[0], here[1]
	for x := 1; x < len(noise)-1; x++ {
		right := here[x+1]
		across := abs(left + right - 2*middle)
		down := abs(above[x] + below[x] - 2*middle)
		noise[x] = min(across, down)
		left, middle = middle, right
	}
	noise[0], noise[len(noise)-1] = noise[1], noise[len(noise)-2]
}
