//go:build !purego

#include "textflag.h"

// TWOS turns the 16 lanes at p into two's complement: Y1 is 0x7fff everywhere.
#define TWOS(p, y, t) \
	VMOVDQU p, y;    \
	VPAND   Y1, y, t; \
	VPSIGNW y, t, y

// func finishAVX2(value []int16, n int, dc []int16)
TEXT ·finishAVX2(SB), NOSPLIT, $0-56
	MOVQ value_base+0(FP), DI
	MOVQ n+24(FP), AX
	MOVQ dc_base+32(FP), SI
	MOVQ dc_len+40(FP), CX
	VPCMPEQW Y1, Y1, Y1
	VPSRLW $1, Y1, Y1
	TESTQ CX, CX
	JZ   finished
	CMPQ AX, $16
	JEQ  finish16
	JHI  finish64

finish4:                         // 4 blocks
	TWOS(0(DI), Y2, Y3)
	VPMOVZXWQ (SI), Y4
	VPBLENDW $0x11, Y4, Y2, Y2
	VMOVDQU Y2, (DI)
	ADDQ $32, DI
	ADDQ $8, SI
	SUBQ $4, CX
	JNZ  finish4
	JMP  finished

finish16:
	TWOS(0(DI), Y2, Y3)
	VMOVDQU Y2, (DI)
	MOVW (SI), AX
	MOVW AX, (DI)
	ADDQ $32, DI
	ADDQ $2, SI
	DECQ CX
	JNZ  finish16
	JMP  finished

finish64:
	TWOS(0(DI), Y2, Y3)
	TWOS(32(DI), Y4, Y5)
	TWOS(64(DI), Y6, Y7)
	TWOS(96(DI), Y8, Y9)
	VMOVDQU Y2, (DI)
	VMOVDQU Y4, 32(DI)
	VMOVDQU Y6, 64(DI)
	VMOVDQU Y8, 96(DI)
	MOVW (SI), AX
	MOVW AX, (DI)
	SUBQ $-128, DI
	ADDQ $2, SI
	DECQ CX
	JNZ  finish64

finished:
	VZEROUPPER
	RET
