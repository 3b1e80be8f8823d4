package meta

import (
	"bytes"
	"encoding/binary"
	"strings"
	"unicode"
	"unicode/utf16"
)

// maxName bounds what ProfileName returns, in characters: names are printed in tables.
const maxName = 80

// ProfileName returns the description of an ICC profile (its 'desc' tag, ICC.1:2022 clause 9.2.41) for people to read:
// "sRGB IEC61966-2.1". It reads the text types of versions 2 and 4, prefers English, and returns "" when there is none.
func ProfileName(icc []byte) string {
	const header, tagLen = 128, 12
	if len(icc) < header+4 {
		return ""
	}
	table := icc[header+4:]
	count := min(int64(binary.BigEndian.Uint32(icc[header:])), int64(len(table)/tagLen))
	for i := range int(count) {
		tag := table[i*tagLen : (i+1)*tagLen]
		if string(tag[:4]) != "desc" {
			continue
		}
		offset, size := int64(binary.BigEndian.Uint32(tag[4:])), int64(binary.BigEndian.Uint32(tag[8:]))
		if offset > int64(len(icc)) {
			return ""
		}
		return tidy(description(icc[offset:min(offset+size, int64(len(icc)))]))
	}
	return ""
}

// description decodes a textDescriptionType (version 2) or a multiLocalizedUnicodeType (version 4).
func description(tag []byte) string {
	if len(tag) < 12 {
		return ""
	}
	switch string(tag[:4]) {
	case "desc":
		text := tag[12:]
		text = text[:min(int64(len(text)), int64(binary.BigEndian.Uint32(tag[8:])))]
		if end := bytes.IndexByte(text, 0); end >= 0 {
			text = text[:end]
		}
		return string(text)
	case "mluc":
		return localized(tag)
	}
	return ""
}

// localized picks the English record of a multiLocalizedUnicodeType, or else the first one.
func localized(tag []byte) string {
	const header, recordLen = 16, 12
	if len(tag) < header {
		return ""
	}
	records := tag[header:]
	count := min(int64(binary.BigEndian.Uint32(tag[8:])), int64(len(records)/recordLen))
	name := ""
	for i := range int(count) {
		record := records[i*recordLen : (i+1)*recordLen]
		size, offset := int64(binary.BigEndian.Uint32(record[4:])), int64(binary.BigEndian.Uint32(record[8:]))
		if offset > int64(len(tag)) {
			continue
		}
		text := tag[offset:min(offset+min(size, 4*maxName), int64(len(tag)))]
		english := string(record[:2]) == "en"
		if name == "" || english {
			name = decodeUTF16(text)
		}
		if english {
			break
		}
	}
	return name
}

func decodeUTF16(text []byte) string {
	units := make([]uint16, len(text)/2)
	for i := range units {
		units[i] = binary.BigEndian.Uint16(text[2*i:])
	}
	return string(utf16.Decode(units))
}

// tidy makes a text fit for a terminal: nothing unprintable, no white space around it, no more than maxName characters.
func tidy(text string) string {
	text = strings.Map(func(r rune) rune {
		if !unicode.IsPrint(r) {
			return -1
		}
		return r
	}, text)
	runes := []rune(strings.TrimSpace(text))
	return strings.TrimSpace(string(runes[:min(len(runes), maxName)]))
}
