package alpha

func premultiplyDispatch(r, g, b, a []int16, pix []byte)   { premultiplyGeneric(r, g, b, a, pix) }
func unpremultiplyDispatch(pix []byte, r, g, b, a []int16) { unpremultiplyGeneric(pix, r, g, b, a) }
