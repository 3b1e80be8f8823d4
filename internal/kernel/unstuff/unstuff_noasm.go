//go:build !amd64 || purego

package unstuff

func copyBytes(dst, src []byte) (written, read int) { return copyGeneric(dst, src) }

func skip(src []byte) int { return skipGeneric(src) }
