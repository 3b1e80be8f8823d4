//go:build !purego

package unstuff

import "imgpool/internal/kernel/cpu"

// copyAVX2 does what Copy does as far as whole groups of 32 bytes of src, and
// one byte behind them, are there; stop says that it has come to the 0xFF that
// ends the copy. dst must be as long as src.
//
//go:noescape
func copyAVX2(dst, src []byte) (written, read int, stop bool)

func copyBytes(dst, src []byte) (written, read int) {
	if !cpu.AVX2() {
		return copyGeneric(dst, src)
	}
	written, read, stop := copyAVX2(dst, src)
	if stop {
		return written, read
	}
	w, r := copyGeneric(dst[written:], src[read:])
	return written + w, read + r
}

// skipAVX2 does what Skip does as far as whole groups of 32 bytes, and one byte
// behind them, are there.
//
//go:noescape
func skipAVX2(src []byte) (read int, stop bool)

func skip(src []byte) int {
	if !cpu.AVX2() {
		return skipGeneric(src)
	}
	read, stop := skipAVX2(src)
	if !stop {
		read += skipGeneric(src[read:])
	}
	return read
}
