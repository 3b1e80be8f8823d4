//go:build !amd64 || purego

package pngfilter

func apply(dst, cur, prev []byte, bpp int, kind Kind) { applyGeneric(dst, cur, prev, bpp, kind) }

func sumAbs(row []byte) uint64 { return sumAbsGeneric(row) }
