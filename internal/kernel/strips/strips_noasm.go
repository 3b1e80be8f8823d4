package strips

func widenDispatch(dst []int16, src []byte)                    { widenGeneric(dst, src) }
func narrowDispatch(dst []byte, src []int16)                   { narrowGeneric(dst, src) }
func rowBytesDispatch(dst []byte, stride int, cols []int16)    { rowBytesGeneric(dst, stride, cols) }
func columnBytesDispatch(dst []byte, stride int, cols []int16) { columnBytesGeneric(dst, stride, cols) }
func rowWordsDispatch(dst []int16, stride int, cols []int16)   { rowWordsGeneric(dst, stride, cols) }
