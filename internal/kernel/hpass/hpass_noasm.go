//go:build (!amd64 && !arm64) || purego

package hpass

func sumWords(dst, src []int16, stride int, t *Table[int16], _ []int16) {
	wordsGeneric(dst, src, stride, t)
}

func sumWide(dst, src []int32, stride int, t *Table[int32], _ []int32) {
	wideGeneric(dst, src, stride, t)
}
