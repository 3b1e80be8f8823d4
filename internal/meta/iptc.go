package meta

import (
	"bytes"
	"encoding/binary"
	"strings"
	"unicode/utf8"
)

// Datasets of the application record of IPTC-IIM 4.2 (record 2).
const (
	iptcRecord    = 2
	iptcByline    = 80
	iptcCredit    = 110
	iptcCopyright = 116

	iptcMarker    = 0x1C
	resourceIPTC  = 0x0404 // of the Photoshop image resources
	maxIPTCFields = 4096
)

// safeIPTC are the datasets that Safe keeps: descriptions, dates, rights, and places down to the city. Not the place
// within the city (92), locations by code or name (26, 27), contacts (118) or previews (200 and above).
var safeIPTC = map[byte]bool{
	0: true, 5: true, 7: true, 8: true, 10: true, 12: true, 15: true, 20: true, 25: true, 30: true, 35: true, 37: true,
	38: true, 40: true, 55: true, 60: true, 62: true, 63: true, 65: true, 70: true, 75: true, iptcByline: true, 85: true,
	90: true, 95: true, 100: true, 101: true, 105: true, iptcCredit: true, 115: true, iptcCopyright: true, 120: true,
	122: true, 130: true, 131: true, 135: true,
}

// How a property is written in XMP.
type xmpForm uint8

const (
	formText xmpForm = iota
	formAlt          // one text in the default language
	formBag          // a list without order
)

// iptcToXMP says which properties stand for datasets (IPTC Photo Metadata Standard, "IIM mapping"); author and rights are
// handled apart.
var iptcToXMP = []struct {
	dataset      byte
	space, local string
	form         xmpForm
}{
	{iptcCredit, nsPhotoshop, "Credit", formText},
	{5, nsDC, "title", formAlt},
	{25, nsDC, "subject", formBag},
	{40, nsPhotoshop, "Instructions", formText},
	{85, nsPhotoshop, "AuthorsPosition", formText},
	{90, nsPhotoshop, "City", formText},
	{95, nsPhotoshop, "State", formText},
	{101, nsPhotoshop, "Country", formText},
	{105, nsPhotoshop, "Headline", formText},
	{115, nsPhotoshop, "Source", formText},
	{120, nsDC, "description", formAlt},
}

// iptcField is a dataset of record 2.
type iptcField struct {
	dataset byte
	value   []byte
}

type iptcData []iptcField

// parseIPTC finds the IPTC datasets in Photoshop image resources. Broken ends are cut off.
func parseIPTC(resources []byte) iptcData {
	var fields iptcData
	for len(resources) >= 12 && string(resources[:4]) == "8BIM" {
		id := binary.BigEndian.Uint16(resources[4:])
		name := 1 + int(resources[6])
		head := 6 + name + name&1
		if head+4 > len(resources) {
			break
		}
		size := int64(binary.BigEndian.Uint32(resources[head:]))
		body := resources[head+4:]
		if size > int64(len(body)) {
			break
		}
		if id == resourceIPTC {
			fields = append(fields, parseIIM(body[:size])...)
		}
		resources = body[min(size+size&1, int64(len(body))):]
	}
	return fields
}

// parseIIM splits a sequence of datasets.
func parseIIM(p []byte) iptcData {
	var fields iptcData
	for len(p) >= 5 && p[0] == iptcMarker && len(fields) < maxIPTCFields {
		size := int(binary.BigEndian.Uint16(p[3:]))
		if size > len(p)-5 { // also the extended sizes from 32 KiB on, which only pictures need
			break
		}
		if p[1] == iptcRecord {
			fields = append(fields, iptcField{p[2], p[5 : 5+size]})
		}
		p = p[5+size:]
	}
	return fields
}

// texts returns the values of a dataset as text, without empty ones.
func (d iptcData) texts(dataset byte) []string {
	var texts []string
	for _, f := range d {
		if f.dataset == dataset {
			if text := strings.TrimSpace(toText(f.value)); text != "" {
				texts = append(texts, text)
			}
		}
	}
	return texts
}

// bytes writes the datasets that Safe keeps as image resources with nothing else in them. Texts become UTF-8, and say so.
func (d iptcData) bytes() []byte {
	iim := []byte{iptcMarker, 1, 90, 0, 3, 0x1B, '%', 'G'}
	empty := len(iim)
	for _, f := range d {
		if !safeIPTC[f.dataset] {
			continue
		}
		value := f.value
		if f.dataset != 0 {
			value = []byte(toText(f.value))
		}
		if len(value) > 1<<15-1 {
			continue
		}
		iim = append(iim, iptcMarker, iptcRecord, f.dataset, byte(len(value)>>8), byte(len(value)))
		iim = append(iim, value...)
	}
	if len(iim) == empty {
		return nil
	}
	out := []byte{'8', 'B', 'I', 'M', resourceIPTC >> 8, resourceIPTC & 0xFF, 0, 0}
	out = binary.BigEndian.AppendUint32(out, uint32(len(iim)))
	out = append(out, iim...)
	if len(iim)&1 != 0 {
		out = append(out, 0)
	}
	return out
}

// toText reads UTF-8, or else Latin-1: blocks seldom say which, and text that happens to be valid UTF-8 is meant so.
func toText(p []byte) string {
	p = bytes.TrimRight(p, "\x00")
	if utf8.Valid(p) {
		return string(p)
	}
	return Latin1(p)
}

// Latin1 decodes ISO 8859-1, the encoding of PNG's tEXt chunks.
func Latin1(p []byte) string {
	var b strings.Builder
	for _, c := range p {
		b.WriteRune(rune(c))
	}
	return b.String()
}
