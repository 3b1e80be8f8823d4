package colour

import (
	"encoding/binary"
	"errors"
	"fmt"
)

// Limits of what is read. The largest profiles in use (printers with fine tables) have some 3 MB and 40 tags.
const (
	maxProfile = 32 << 20 // bytes
	maxTags    = 256
)

// profile is the outside of an ICC profile: what kind it is, and where its tags are (ICC.1:2022, 7).
type profile struct {
	data  []byte
	space string // colour of the device: "RGB ", "GRAY", "CMYK", ...
	pcs   string // what it is described in: "XYZ " or "Lab "
	major byte   // version
	tags  map[string][]byte
}

// parse reads header and tag table. Tags that do not lie within the data are left out, as if they were not there.
func parse(data []byte) (*profile, error) {
	if len(data) < 132 {
		return nil, errors.New("colour profile is cut off")
	}
	if len(data) > maxProfile {
		return nil, fmt.Errorf("colour profile has %d bytes, more than %d", len(data), maxProfile)
	}
	if string(data[36:40]) != "acsp" {
		return nil, errors.New("colour profile lacks its signature")
	}
	p := &profile{data: data, space: string(data[16:20]), pcs: string(data[20:24]), major: data[8], tags: map[string][]byte{}}
	switch class := string(data[12:16]); class {
	case "mntr", "scnr", "prtr", "spac":
	default:
		return nil, fmt.Errorf("colour profile of class %q does not describe a picture's colours", class)
	}
	if p.pcs != "XYZ " && p.pcs != "Lab " {
		return nil, fmt.Errorf("colour profile has the unknown connection space %q", p.pcs)
	}
	n := binary.BigEndian.Uint32(data[128:])
	if n > maxTags || 132+12*int(n) > len(data) {
		return nil, fmt.Errorf("colour profile has an impossible number of tags: %d", n)
	}
	for i := range int(n) {
		e := data[132+12*i:]
		offset, size := uint64(binary.BigEndian.Uint32(e[4:])), uint64(binary.BigEndian.Uint32(e[8:]))
		if offset+size <= uint64(len(data)) && size >= 8 {
			p.tags[string(e[:4])] = data[offset : offset+size]
		}
	}
	return p, nil
}

// tag returns the data of a tag, which must be of one of the types.
func (p *profile) tag(name string, types ...string) ([]byte, error) {
	data, ok := p.tags[name]
	if !ok {
		return nil, fmt.Errorf("colour profile lacks the tag %s", name)
	}
	for _, t := range types {
		if string(data[:4]) == t {
			return data, nil
		}
	}
	return nil, fmt.Errorf("tag %s of the colour profile has the unknown type %q", name, data[:4])
}

// xyz reads a tag that holds a colour (10.31).
func (p *profile) xyz(name string) ([3]float64, error) {
	data, err := p.tag(name, "XYZ ")
	if err != nil {
		return [3]float64{}, err
	}
	if len(data) < 20 {
		return [3]float64{}, fmt.Errorf("tag %s of the colour profile is cut off", name)
	}
	return [3]float64{fixed(data[8:]), fixed(data[12:]), fixed(data[16:])}, nil
}

// fixed reads a number of the type s15Fixed16 (4.6).
func fixed(b []byte) float64 { return float64(int32(binary.BigEndian.Uint32(b))) / 65536 }
