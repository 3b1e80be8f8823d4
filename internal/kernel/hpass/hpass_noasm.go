package hpass

func wordsDispatch(dst, src []int16, stride int, t *Table[int16], _ []int16) {
	wordsGeneric(dst, src, stride, t)
}

func wideDispatch(dst, src []int32, stride int, t *Table[int32], _ []int32) {
	wideGeneric(dst, src, stride, t)
}
