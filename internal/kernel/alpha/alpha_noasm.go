//go:build (!amd64 && !arm64) || purego

package alpha

func premultiply(r, g, b, a []int16, pix []byte) { premultiplyGeneric(r, g, b, a, pix) }

func unpremultiply(pix []byte, r, g, b, a []int16) { unpremultiplyGeneric(pix, r, g, b, a) }
