//go:build (!amd64 && !arm64) || purego

package vpass

func sumBytes(dst []int16, src []byte, stride int, weights []int16, shift uint) {
	bytesGeneric(dst, src, stride, weights, shift)
}

func sumWords(dst, src []int16, stride int, weights []int16, shift uint) {
	wordsGeneric(dst, src, stride, weights, shift)
}

func sumWide(dst, src []int32, stride int, weights []int32, shift uint) {
	wideGeneric(dst, src, stride, weights, shift)
}
