//go:build !purego

#include "textflag.h"

// The NEON path of the forward DCT. fdct_generic.go is the reference: names
// here (s0, d0, a, b, c, d, y0, ...) are the names there.
//
// Stages, for one block:
//	1. load 8 rows of 8 samples, widen to words
//	2. first pass, down the columns: a register is a row
//	3. transpose
//	4. second pass: now a register is a horizontal frequency
//	5. quantise: (|x|+bias)*recip>>16*scale>>16, sign of x
//	6. store, and gather which words are not zero
//
// Registers are given by number. Go's assembler lacks most of the signed and
// the widening instructions; their encodings (Arm ARM C7.2) are made here. The
// operand order is Arm's: destination first.

// By lane i of v0 to v15, .4s = .4h * .h[i], of the low and the high (2) half.
#define LANE(i) ((((i)>>2)&1)<<11 | (((i)>>1)&1)<<21 | ((i)&1)<<20)
#define SMULLi(d, n, m, i)  WORD $(0x0f40a000 | LANE(i) | (m)<<16 | (n)<<5 | (d))
#define SMULL2i(d, n, m, i) WORD $(0x4f40a000 | LANE(i) | (m)<<16 | (n)<<5 | (d))
#define SMLALi(d, n, m, i)  WORD $(0x0f402000 | LANE(i) | (m)<<16 | (n)<<5 | (d))
#define SMLAL2i(d, n, m, i) WORD $(0x4f402000 | LANE(i) | (m)<<16 | (n)<<5 | (d))
#define SMLSLi(d, n, m, i)  WORD $(0x0f406000 | LANE(i) | (m)<<16 | (n)<<5 | (d))
#define SMLSL2i(d, n, m, i) WORD $(0x4f406000 | LANE(i) | (m)<<16 | (n)<<5 | (d))
#define UMULL(d, n, m)      WORD $(0x2e60c000 | (m)<<16 | (n)<<5 | (d))
#define UMULL2(d, n, m)     WORD $(0x6e60c000 | (m)<<16 | (n)<<5 | (d))
// Narrowing with rounding: .4h = .4s >> s.
#define RSHRN(d, n, s)   WORD $(0x0f008c00 | (32-(s))<<16 | (n)<<5 | (d))
#define RSHRN2(d, n, s)  WORD $(0x4f008c00 | (32-(s))<<16 | (n)<<5 | (d))
// .8h
#define ADD8(d, n, m)    WORD $(0x4e608400 | (m)<<16 | (n)<<5 | (d))
#define SUB8(d, n, m)    WORD $(0x6e608400 | (m)<<16 | (n)<<5 | (d))
#define ABS8(d, n)       WORD $(0x4e60b800 | (n)<<5 | (d))
#define SHL8(d, n, s)    WORD $(0x4f005400 | (16+(s))<<16 | (n)<<5 | (d))
#define SSHR8(d, n, s)   WORD $(0x4f000400 | (32-(s))<<16 | (n)<<5 | (d))
#define SRSHR8(d, n, s)  WORD $(0x4f002400 | (32-(s))<<16 | (n)<<5 | (d))
#define CMTST8(d, n, m)  WORD $(0x4e608c00 | (m)<<16 | (n)<<5 | (d))
#define EOR(d, n, m)     WORD $(0x6e201c00 | (m)<<16 | (n)<<5 | (d))
#define AND(d, n, m)     WORD $(0x4e201c00 | (m)<<16 | (n)<<5 | (d))
#define ADDV8(d, n)      WORD $(0x4e71b800 | (n)<<5 | (d))
#define UZP2h(d, n, m)   WORD $(0x4e405800 | (m)<<16 | (n)<<5 | (d))
// Transposing.
#define TRN1h(d, n, m)   WORD $(0x4e402800 | (m)<<16 | (n)<<5 | (d))
#define TRN2h(d, n, m)   WORD $(0x4e406800 | (m)<<16 | (n)<<5 | (d))
#define TRN1s(d, n, m)   WORD $(0x4e802800 | (m)<<16 | (n)<<5 | (d))
#define TRN2s(d, n, m)   WORD $(0x4e806800 | (m)<<16 | (n)<<5 | (d))
#define TRN1d(d, n, m)   WORD $(0x4ec02800 | (m)<<16 | (n)<<5 | (d))
#define TRN2d(d, n, m)   WORD $(0x4ec06800 | (m)<<16 | (n)<<5 | (d))

// c1, c2, c3, c5, c6, c7
DATA weights<>+0(SB)/8, $0x32494b42539f58c5
DATA weights<>+8(SB)/8, $0x0000000011a822a3
GLOBL weights<>(SB), RODATA|NOPTR, $16
// 1, 2, 4, ..., 128
DATA bits<>+0(SB)/8, $0x0008000400020001
DATA bits<>+8(SB)/8, $0x0080004000200010
GLOBL bits<>(SB), RODATA|NOPTR, $16

// EVEN2 forms one of y2 and y6 in o from c in v10 and d in v9: c times lane i
// op d times lane j. Clobbers v12, v13.
#define EVEN2(o, i, j, mlal, mlal2, sh) \
	SMULLi(12, 10, 0, i);  \
	SMULL2i(13, 10, 0, i); \
	mlal(12, 9, 0, j);    \
	mlal2(13, 9, 0, j);   \
	RSHRN(o, 12, sh);      \
	RSHRN2(o, 13, sh)

// ODD forms one odd output in o from d0-d3 in v4-v7: d0 times lane i, and so on.
// Clobbers v12, v13.
#define ODD(o, i, j, k, l, m1, m12, m2, m22, m3, m32, sh) \
	SMULLi(12, 4, 0, i);  \
	SMULL2i(13, 4, 0, i); \
	m1(12, 5, 0, j);      \
	m12(13, 5, 0, j);     \
	m2(12, 6, 0, k);      \
	m22(13, 6, 0, k);     \
	m3(12, 7, 0, l);      \
	m32(13, 7, 0, l);     \
	RSHRN(o, 12, sh);     \
	RSHRN2(o, 13, sh)

// PASS transforms v16-v23 in place; outputs 0 and 4 are plain sums. Clobbers
// v4-v15.
#define PASS(sh) \
	ADD8(8, 16, 23);  \ // s0
	SUB8(4, 16, 23);  \ // d0
	ADD8(9, 17, 22);  \
	SUB8(5, 17, 22);  \
	ADD8(10, 18, 21); \
	SUB8(6, 18, 21);  \
	ADD8(11, 19, 20); \
	SUB8(7, 19, 20);  \
	ADD8(14, 8, 11);  \ // a
	ADD8(15, 9, 10);  \ // b
	SUB8(9, 9, 10);   \ // d
	SUB8(10, 8, 11);  \ // c
	ADD8(16, 14, 15); \
	SUB8(20, 14, 15); \
	EVEN2(18, 1, 4, SMLALi, SMLAL2i, sh); \
	EVEN2(22, 4, 1, SMLSLi, SMLSL2i, sh); \
	ODD(17, 0, 2, 3, 5, SMLALi, SMLAL2i, SMLALi, SMLAL2i, SMLALi, SMLAL2i, sh); \
	ODD(19, 2, 5, 0, 3, SMLSLi, SMLSL2i, SMLSLi, SMLSL2i, SMLSLi, SMLSL2i, sh); \
	ODD(21, 3, 0, 5, 2, SMLSLi, SMLSL2i, SMLALi, SMLAL2i, SMLALi, SMLAL2i, sh); \
	ODD(23, 5, 3, 2, 0, SMLSLi, SMLSL2i, SMLALi, SMLAL2i, SMLSLi, SMLSL2i, sh)

// TRANSPOSE turns rows v16-v23 into columns v16-v23. Clobbers v4-v15.
#define TRANSPOSE \
	TRN1h(4, 16, 17);  TRN2h(5, 16, 17);  \
	TRN1h(6, 18, 19);  TRN2h(7, 18, 19);  \
	TRN1h(8, 20, 21);  TRN2h(9, 20, 21);  \
	TRN1h(10, 22, 23); TRN2h(11, 22, 23); \
	TRN1s(12, 4, 6);   TRN2s(14, 4, 6);   \
	TRN1s(13, 5, 7);   TRN2s(15, 5, 7);   \
	TRN1s(4, 8, 10);   TRN2s(6, 8, 10);   \
	TRN1s(5, 9, 11);   TRN2s(7, 9, 11);   \
	TRN1d(16, 12, 4);  TRN2d(20, 12, 4);  \
	TRN1d(17, 13, 5);  TRN2d(21, 13, 5);  \
	TRN1d(18, 14, 6);  TRN2d(22, 14, 6);  \
	TRN1d(19, 15, 7);  TRN2d(23, 15, 7)

// QUANT quantises r, the next horizontal frequency, stores it and moves its
// bits of the mask into R9. v1 = 1, 2, 4, ...; R6, R7 and R8 walk over bias,
// recip and scale.
#define QUANT(r, v) \
	VLD1.P 16(R6), [V8.H8];  \
	VLD1.P 16(R7), [V9.H8];  \
	VLD1.P 16(R8), [V10.H8]; \
	ABS8(4, r);              \
	ADD8(4, 4, 8);           \
	UMULL(5, 4, 9);          \
	UMULL2(6, 4, 9);         \
	UZP2h(4, 5, 6);          \
	UMULL(5, 4, 10);         \
	UMULL2(6, 4, 10);        \
	UZP2h(4, 5, 6);          \
	SSHR8(5, r, 15);         \
	EOR(4, 4, 5);            \
	SUB8(r, 4, 5);           \
	VST1.P [v.H8], 16(R0);   \
	CMTST8(4, r, r);         \
	AND(4, 4, 1);            \
	ADDV8(4, 4);             \
	VMOV   V4.D[0], R10;     \
	ROR    $8, R9, R9;       \
	ORR    R10<<56, R9, R9

// func rowNEON(coef []int16, mask []uint64, src []byte, stride int, q *Quantiser, n int)
TEXT ·rowNEON(SB), NOSPLIT, $0-96
	MOVD coef_base+0(FP), R0
	MOVD mask_base+24(FP), R1
	MOVD src_base+48(FP), R2
	MOVD stride+72(FP), R3
	MOVD q+80(FP), R4
	MOVD n+88(FP), R5
	MOVD $weights<>(SB), R6
	VLD1 (R6), [V0.H8]
	MOVD $bits<>(SB), R6
	VLD1 (R6), [V1.H8]
	MOVD $4096, R6
	VDUP R6, V2.H8

block:
	// 1.
	MOVD  R2, R6
	VLD1  (R6), [V16.B8]
	ADD   R3, R6
	VLD1  (R6), [V17.B8]
	ADD   R3, R6
	VLD1  (R6), [V18.B8]
	ADD   R3, R6
	VLD1  (R6), [V19.B8]
	ADD   R3, R6
	VLD1  (R6), [V20.B8]
	ADD   R3, R6
	VLD1  (R6), [V21.B8]
	ADD   R3, R6
	VLD1  (R6), [V22.B8]
	ADD   R3, R6
	VLD1  (R6), [V23.B8]
	VUXTL V16.B8, V16.H8
	VUXTL V17.B8, V17.H8
	VUXTL V18.B8, V18.H8
	VUXTL V19.B8, V19.H8
	VUXTL V20.B8, V20.H8
	VUXTL V21.B8, V21.H8
	VUXTL V22.B8, V22.H8
	VUXTL V23.B8, V23.H8

	// 2.
	PASS(12)
	SHL8(16, 16, 2)
	SHL8(20, 20, 2)
	SUB8(16, 16, 2) // level shift: 8*128 with 2 fractional bits

	// 3. and 4.
	TRANSPOSE
	PASS(16)
	SRSHR8(16, 16, 2)
	SRSHR8(20, 20, 2)

	// 5. and 6.
	MOVD R4, R6
	ADD  $128, R4, R7
	ADD  $256, R4, R8
	MOVD ZR, R9
	QUANT(16, V16)
	QUANT(17, V17)
	QUANT(18, V18)
	QUANT(19, V19)
	QUANT(20, V20)
	QUANT(21, V21)
	QUANT(22, V22)
	QUANT(23, V23)
	MOVD.P R9, 8(R1)
	ADD    $8, R2
	SUBS   $1, R5
	BNE    block
	RET
