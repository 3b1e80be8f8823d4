package colour

import (
	"encoding/binary"
	"fmt"
	"strings"
)

// vec holds the channels of one colour, as many as its space has; the rest is 0.
type vec [4]float64

// step is a part of what a lookup table does to a colour. Values are 0..1, as encoded in the profile.
type step func(vec) vec

// pipeline is what a lookup table does, in order.
type pipeline []step

// apply sends a colour through all steps.
func (p pipeline) apply(v vec) vec {
	for _, s := range p {
		v = s(v)
	}
	return v
}

// lookupTable reads a tag with a lookup table that leads from in to out channels, each 1 to 4: of the types lut8, lut16,
// lutAToB and lutBToA (10.10 to 10.13).
func (p *profile) lookupTable(name string, in, out int) (pipeline, error) {
	modular := "mAB "
	if strings.HasPrefix(name, "B2A") {
		modular = "mBA "
	}
	data, err := p.tag(name, "mft1", "mft2", modular)
	if err != nil {
		return nil, err
	}
	if len(data) < 32 || int(data[8]) != in || int(data[9]) != out {
		return nil, fmt.Errorf("tag %s of the colour profile is broken: it is not for %d channels", name, in)
	}
	var steps pipeline
	switch string(data[:4]) {
	case "mft1", "mft2":
		steps, err = classicTable(data, in, out)
	default:
		steps, err = modularTable(data, in, out)
	}
	if err != nil {
		return nil, fmt.Errorf("tag %s of the colour profile is broken: %w", name, err)
	}
	return steps, nil
}

// classicTable reads lut8 (10.11) and lut16 (10.10): matrix, input curves, table, output curves. The matrix is for XYZ as
// input only.
func classicTable(data []byte, in, out int) (pipeline, error) {
	size, inPoints, outPoints, at := 1, 256, 256, 48
	if string(data[:4]) == "mft2" {
		if len(data) < 52 {
			return nil, errCut
		}
		size, at = 2, 52
		inPoints, outPoints = int(binary.BigEndian.Uint16(data[48:])), int(binary.BigEndian.Uint16(data[50:]))
	}
	if inPoints < 2 || outPoints < 2 || inPoints > maxCurve || outPoints > maxCurve {
		return nil, fmt.Errorf("curves of %d and %d points", inPoints, outPoints)
	}
	grid := make([]int, in)
	for i := range grid {
		grid[i] = int(data[10])
	}
	if at+size*in*inPoints > len(data) {
		return nil, errCut
	}
	before, rest := pointCurves(data[at:], in, inPoints, size)
	t, rest, err := newGrid(rest, grid, out, size)
	if err != nil {
		return nil, err
	}
	if size*out*outPoints > len(rest) {
		return nil, errCut
	}
	after, _ := pointCurves(rest, out, outPoints, size)
	steps := pipeline{before, t.at, after}
	if in == 3 {
		if m := readMatrix(data[12:], nil); m != nil {
			steps = append(pipeline{m}, steps...)
		}
	}
	return steps, nil
}

// pointCurves reads n curves of points that are equally spaced, of 1 or 2 bytes each, and returns what is behind them.
func pointCurves(data []byte, n, points, size int) (step, []byte) {
	curves := make([]curve, n)
	for i := range curves {
		values := make([]float64, points)
		for k := range values {
			values[k] = sample(data, i*points+k, size)
		}
		curves[i] = table(values)
	}
	return each(curves), data[n*points*size:]
}

// sample returns number i of data, of 1 or 2 bytes, as 0..1.
func sample(data []byte, i, size int) float64 {
	if size == 1 {
		return float64(data[i]) / 255
	}
	return float64(binary.BigEndian.Uint16(data[2*i:])) / 65535
}

// each is the step of a curve for each channel.
func each(curves []curve) step {
	return func(v vec) vec {
		for i, c := range curves {
			v[i] = c(v[i])
		}
		return v
	}
}

// readMatrix returns the step of a 3x3 matrix of s15Fixed16 numbers and three offsets, which may be nil; nil if it changes
// nothing. data has 36 bytes.
func readMatrix(data, offsets []byte) step {
	var m [3][4]float64
	same := true
	for i := range 3 {
		for j := range 3 {
			m[i][j] = fixed(data[4*(3*i+j):])
			same = same && (i == j && m[i][j] == 1 || i != j && m[i][j] == 0)
		}
		if offsets != nil {
			m[i][3] = fixed(offsets[4*i:])
			same = same && m[i][3] == 0
		}
	}
	if same {
		return nil
	}
	return func(v vec) (out vec) {
		for i, r := range m {
			out[i] = clamp01(float64(r[0]*v[0]) + float64(r[1]*v[1]) + float64(r[2]*v[2]) + r[3])
		}
		return out
	}
}

// modularTable reads lutAToB (10.12: A curves, table, M curves, matrix, B curves) and lutBToA (10.13: the same backwards).
// All but the B curves may be missing.
func modularTable(data []byte, in, out int) (pipeline, error) {
	offset := func(i int) uint64 { return uint64(binary.BigEndian.Uint32(data[12+4*i:])) }
	part := func(i int) ([]byte, error) {
		if offset(i) > uint64(len(data)) {
			return nil, errCut
		}
		return data[offset(i):], nil
	}
	toPCS := string(data[:4]) == "mAB "
	bChannels, aChannels := out, in
	if !toPCS {
		bChannels, aChannels = in, out
	}
	const b, matrix, m, grid, a = 0, 1, 2, 3, 4
	order := []int{a, grid, m, matrix, b}
	if !toPCS {
		order = []int{b, matrix, m, grid, a}
	}
	if offset(grid) == 0 && in != out || offset(b) == 0 {
		return nil, fmt.Errorf("a table is missing")
	}
	var steps pipeline
	for _, i := range order {
		if offset(i) == 0 {
			continue
		}
		body, err := part(i)
		if err != nil {
			return nil, err
		}
		var s step
		switch i {
		case a:
			s, err = curvesInRow(body, aChannels)
		case b, m:
			s, err = curvesInRow(body, bChannels)
		case matrix:
			if len(body) < 48 || bChannels != 3 {
				return nil, errCut
			}
			s = readMatrix(body, body[36:])
		case grid:
			s, err = modularGrid(body, in, out)
		}
		if err != nil {
			return nil, err
		}
		if s != nil {
			steps = append(steps, s)
		}
	}
	return steps, nil
}

// curvesInRow reads n curves that follow each other.
func curvesInRow(data []byte, n int) (step, error) {
	curves := make([]curve, n)
	for i := range curves {
		c, size, err := readCurve(data)
		if err != nil {
			return nil, err
		}
		curves[i] = c
		data = data[min(size, len(data)):]
	}
	return each(curves), nil
}

// modularGrid reads the table of lutAToB and lutBToA: 16 bytes with the number of points of each channel, the size of a
// number, three bytes of padding, the numbers.
func modularGrid(data []byte, in, out int) (step, error) {
	if len(data) < 20 {
		return nil, errCut
	}
	sides := make([]int, in)
	for i := range sides {
		sides[i] = int(data[i])
	}
	size := int(data[16])
	if size != 1 && size != 2 {
		return nil, fmt.Errorf("a table of %d-byte numbers", size)
	}
	g, _, err := newGrid(data[20:], sides, out, size)
	if err != nil {
		return nil, err
	}
	return g.at, nil
}
