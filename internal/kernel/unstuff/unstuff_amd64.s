//go:build !purego

#include "textflag.h"

// func copyAVX2(dst, src []byte) (written, read int, stop bool)
//
// 32 bytes are copied whatever they are; then written and read move behind the
// first 0xFF among them and its zero. written <= read, so that stores stay in
// dst, which is as long as src.
//
//	SI  src      CX  read       DX  last value of read at which 33 bytes are left
//	DI  dst      BX  written    Y0  32 times 0xFF
TEXT ·copyAVX2(SB), NOSPLIT, $0-65
	MOVQ dst_base+0(FP), DI
	MOVQ src_base+24(FP), SI
	MOVQ src_len+32(FP), DX
	SUBQ $33, DX
	XORL CX, CX
	XORL BX, BX
	MOVB $0, stop+64(FP)
	VPCMPEQB Y0, Y0, Y0

next:
	CMPQ CX, DX
	JGT  done

group:
	VMOVDQU (SI)(CX*1), Y1
	VMOVDQU Y1, (DI)(BX*1)
	VPCMPEQB Y0, Y1, Y1
	VPMOVMSKB Y1, AX
	TESTL AX, AX
	JNE  found
	ADDQ $32, CX
	ADDQ $32, BX
	CMPQ CX, DX
	JLE  group
	JMP  done

found:
	TZCNTL AX, AX
	ADDQ AX, CX
	ADDQ AX, BX
	CMPB 1(SI)(CX*1), $0
	JNE  marker
	ADDQ $2, CX
	INCQ BX
	JMP  next

marker:
	MOVB $1, stop+64(FP)

done:
	MOVQ BX, written+48(FP)
	MOVQ CX, read+56(FP)
	VZEROUPPER
	RET

// func skipAVX2(src []byte) (read int, stop bool)
//
// A byte ends the data if it is 0xFF and the next one is not zero. All 32 bytes
// of a group are asked at once, each with its neighbour.
//
//	SI  src      CX  read       DX  last value of read at which 33 bytes are left
//	Y0  32 times 0xFF           Y3  zeros
TEXT ·skipAVX2(SB), NOSPLIT, $0-33
	MOVQ src_base+0(FP), SI
	MOVQ src_len+8(FP), DX
	SUBQ $33, DX
	XORL CX, CX
	MOVB $0, stop+32(FP)
	VPCMPEQB Y0, Y0, Y0
	VPXOR Y3, Y3, Y3
	CMPQ CX, DX
	JGT  end

look:
	VPCMPEQB (SI)(CX*1), Y0, Y1
	VPCMPEQB 1(SI)(CX*1), Y3, Y2
	VPANDN Y1, Y2, Y1
	VPMOVMSKB Y1, AX
	TESTL AX, AX
	JNE  here
	ADDQ $32, CX
	CMPQ CX, DX
	JLE  look
	JMP  end

here:
	TZCNTL AX, AX
	ADDQ AX, CX
	MOVB $1, stop+32(FP)

end:
	MOVQ CX, read+24(FP)
	VZEROUPPER
	RET
