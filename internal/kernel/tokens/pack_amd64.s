//go:build !purego

#include "textflag.h"

// The BMI2 path of Pack. pack_generic.go is the reference.
//
// Registers:
//	SI next token    DI next byte    R8 codes    CX pairs left
//	R10 acc          R11 n           R14 last address where 8 bytes fit
//	AX, BX, DX, R9, R12, R13 scratch

// func packPairsBMI2(buf []byte, codes *Codes, scan []uint32) (p int, acc uint64, n uint)
TEXT ·packPairsBMI2(SB), NOSPLIT, $0-80
	MOVQ buf_base+0(FP), DI
	MOVQ buf_len+8(FP), R14
	LEAQ -8(DI)(R14*1), R14
	MOVQ codes+24(FP), R8
	MOVQ scan_base+32(FP), SI
	MOVQ scan_len+40(FP), CX
	SHRQ $1, CX
	XORL R10, R10
	XORL R11, R11

pair:
	CMPQ DI, R14
	JHI  short
	MOVL (SI), AX
	MOVL 4(SI), BX
	MOVL AX, R12
	SHRL $16, R12
	ANDL $2047, R12
	MOVL (R8)(R12*4), R12
	MOVL BX, R13
	SHRL $16, R13
	ANDL $2047, R13
	MOVL (R8)(R13*4), R13

	// Bits and length of either token, then of both in R12 and DX.
	MOVWLZX AX, AX
	MOVWLZX BX, BX
	MOVL    R12, DX
	ANDL    $31, DX
	SHRL    $5, R12
	ORL     AX, R12
	MOVL    R13, R9
	ANDL    $31, R9
	SHRL    $5, R13
	ORL     BX, R13
	SHLXQ   R9, R12, R12
	ORQ     R13, R12
	ADDL    R9, DX
	ADDL    DX, R11

	// Behind what acc holds.
	MOVL   R11, R9
	NEGL   R9
	SHLXQ  R9, R12, R12
	ORQ    R12, R10
	MOVQ   R10, AX
	BSWAPQ AX
	MOVQ   AX, (DI)
	MOVL   R11, R9
	SHRL   $3, R9
	ADDQ   R9, DI
	MOVL   R11, R9
	ANDL   $56, R9
	SHLXQ  R9, R10, R10
	ANDL   $7, R11
	ADDQ   $8, SI
	DECQ   CX
	JNZ    pair

	SUBQ buf_base+0(FP), DI
	MOVQ DI, p+56(FP)
	MOVQ R10, acc+64(FP)
	MOVQ R11, n+72(FP)
	RET

short:
	MOVQ $-1, p+56(FP)
	RET
