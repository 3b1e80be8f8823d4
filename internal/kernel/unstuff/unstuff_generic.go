package unstuff

import "bytes"

// copyGeneric is the reference, and the path of builds without assembly. It
// carries no build tag so that it is always compiled and tested.
func copyGeneric(dst, src []byte) (written, read int) {
	for {
		i := bytes.IndexByte(src[read:], 0xFF)
		if i < 0 {
			written += copy(dst[written:], src[read:])
			return written, len(src)
		}
		if read+i+1 == len(src) || src[read+i+1] != 0 {
			written += copy(dst[written:], src[read:read+i])
			return written, read + i
		}
		written += copy(dst[written:], src[read:read+i+1])
		read += i + 2
	}
}

// skipGeneric is to Skip what copyGeneric is to Copy.
func skipGeneric(src []byte) int {
	read := 0
	for {
		i := bytes.IndexByte(src[read:], 0xFF)
		if i < 0 {
			return len(src)
		}
		read += i
		if read+1 == len(src) || src[read+1] != 0 {
			return read
		}
		read += 2
	}
}
