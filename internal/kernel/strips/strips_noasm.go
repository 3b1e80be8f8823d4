//go:build (!amd64 && !arm64) || purego

package strips

func widen(dst []int16, src []byte) { widenGeneric(dst, src) }

func narrowRow(dst []byte, src []int16) { narrowGeneric(dst, src) }

func rowBytes(dst []byte, stride int, cols []int16) { rowBytesGeneric(dst, stride, cols) }

func columnBytes(dst []byte, stride int, cols []int16) { columnBytesGeneric(dst, stride, cols) }

func rowWords(dst []int16, stride int, cols []int16) { rowWordsGeneric(dst, stride, cols) }
