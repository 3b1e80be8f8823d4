//go:build !purego

#include "textflag.h"

// The NEON paths of the inverse DCTs. idct_generic.go is the reference: names
// here (a, b, c2, c6, o1, s1, d1, p, q, ...) are the names there.
//
// Registers are given by number. Go's assembler lacks most of the signed and
// the widening instructions; their encodings (Arm ARM C7.2) are made here. The
// operand order is Arm's: destination first.

#define SMULL(d, n, m)   WORD $(0x0e60c000 | (m)<<16 | (n)<<5 | (d)) // .4s = .4h * .4h
#define SMULL2(d, n, m)  WORD $(0x4e60c000 | (m)<<16 | (n)<<5 | (d)) // of the high halves
#define SADDL(d, n, m)   WORD $(0x0e600000 | (m)<<16 | (n)<<5 | (d))
#define SADDL2(d, n, m)  WORD $(0x4e600000 | (m)<<16 | (n)<<5 | (d))
#define SSUBL(d, n, m)   WORD $(0x0e602000 | (m)<<16 | (n)<<5 | (d))
#define SSUBL2(d, n, m)  WORD $(0x4e602000 | (m)<<16 | (n)<<5 | (d))
// By lane i of v0 to v15.
#define LANE(i) ((((i)>>2)&1)<<11 | (((i)>>1)&1)<<21 | ((i)&1)<<20)
#define SMULLi(d, n, m, i)  WORD $(0x0f40a000 | LANE(i) | (m)<<16 | (n)<<5 | (d))
#define SMULL2i(d, n, m, i) WORD $(0x4f40a000 | LANE(i) | (m)<<16 | (n)<<5 | (d))
#define SMLALi(d, n, m, i)  WORD $(0x0f402000 | LANE(i) | (m)<<16 | (n)<<5 | (d))
#define SMLAL2i(d, n, m, i) WORD $(0x4f402000 | LANE(i) | (m)<<16 | (n)<<5 | (d))
#define SMLSLi(d, n, m, i)  WORD $(0x0f406000 | LANE(i) | (m)<<16 | (n)<<5 | (d))
#define SMLSL2i(d, n, m, i) WORD $(0x4f406000 | LANE(i) | (m)<<16 | (n)<<5 | (d))
// .4s
#define ADD4(d, n, m)    WORD $(0x4ea08400 | (m)<<16 | (n)<<5 | (d))
#define SUB4(d, n, m)    WORD $(0x6ea08400 | (m)<<16 | (n)<<5 | (d))
#define MUL4(d, n, m)    WORD $(0x4ea09c00 | (m)<<16 | (n)<<5 | (d))
#define SHL4(d, n, s)    WORD $(0x4f005400 | (32+(s))<<16 | (n)<<5 | (d))
#define SSHR4(d, n, s)   WORD $(0x4f000400 | (64-(s))<<16 | (n)<<5 | (d))
#define SRSHR4(d, n, s)  WORD $(0x4f002400 | (64-(s))<<16 | (n)<<5 | (d))
// .8h
#define ADD8(d, n, m)    WORD $(0x4e608400 | (m)<<16 | (n)<<5 | (d))
#define SUB8(d, n, m)    WORD $(0x6e608400 | (m)<<16 | (n)<<5 | (d))
#define SQADD8(d, n, m)  WORD $(0x4e600c00 | (m)<<16 | (n)<<5 | (d))
#define SQSUB8(d, n, m)  WORD $(0x4e602c00 | (m)<<16 | (n)<<5 | (d))
#define SMIN8(d, n, m)   WORD $(0x4e606c00 | (m)<<16 | (n)<<5 | (d))
#define SMAX8(d, n, m)   WORD $(0x4e606400 | (m)<<16 | (n)<<5 | (d))
#define SSHR8(d, n, s)   WORD $(0x4f000400 | (32-(s))<<16 | (n)<<5 | (d))
// Narrowing: to the low half (clearing the high one), to the high half (2).
#define SQXTN(d, n)      WORD $(0x0e614800 | (n)<<5 | (d)) // .4h = .4s, saturating
#define SQXTN2(d, n)     WORD $(0x4e614800 | (n)<<5 | (d))
#define SQXTUN(d, n)     WORD $(0x2e212800 | (n)<<5 | (d)) // .8b = .8h, to unsigned
#define SQXTUN2(d, n)    WORD $(0x6e212800 | (n)<<5 | (d))
#define SQSHRN(d, n, s)  WORD $(0x0f009400 | (32-(s))<<16 | (n)<<5 | (d))
#define SQSHRN2(d, n, s) WORD $(0x4f009400 | (32-(s))<<16 | (n)<<5 | (d))
// Transposing.
#define TRN1h(d, n, m)   WORD $(0x4e402800 | (m)<<16 | (n)<<5 | (d))
#define TRN2h(d, n, m)   WORD $(0x4e406800 | (m)<<16 | (n)<<5 | (d))
#define TRN1s(d, n, m)   WORD $(0x4e802800 | (m)<<16 | (n)<<5 | (d))
#define TRN2s(d, n, m)   WORD $(0x4e806800 | (m)<<16 | (n)<<5 | (d))
#define TRN1d(d, n, m)   WORD $(0x4ec02800 | (m)<<16 | (n)<<5 | (d))
#define TRN2d(d, n, m)   WORD $(0x4ec06800 | (m)<<16 | (n)<<5 | (d))

// w1, w2, w3, w5, w6, w7
DATA weights8<>+0(SB)/8, $0x064909680a740b19
DATA weights8<>+8(SB)/8, $0x0000000002350454
GLOBL weights8<>(SB), RODATA|NOPTR, $16

// DEQUANT: r = clamp(r*q, -8192, 8192). Clobbers v7, v8; v5 and v6 are the limits.
#define DEQUANT(r, q) \
	SMULL(7, r, q);  \
	SMULL2(8, r, q); \
	SQXTN(r, 7);     \
	SQXTN2(r, 8);    \
	SMIN8(r, r, 5);  \
	SMAX8(r, r, 6)

// TRANSPOSE8 turns rows v16-v23 into columns v24-v31.
#define TRANSPOSE8 \
	TRN1h(24, 16, 17); TRN2h(25, 16, 17); \
	TRN1h(26, 18, 19); TRN2h(27, 18, 19); \
	TRN1h(28, 20, 21); TRN2h(29, 20, 21); \
	TRN1h(30, 22, 23); TRN2h(31, 22, 23); \
	TRN1s(16, 24, 26); TRN2s(18, 24, 26); \
	TRN1s(17, 25, 27); TRN2s(19, 25, 27); \
	TRN1s(20, 28, 30); TRN2s(22, 28, 30); \
	TRN1s(21, 29, 31); TRN2s(23, 29, 31); \
	TRN1d(24, 16, 20); TRN2d(28, 16, 20); \
	TRN1d(25, 17, 21); TRN2d(29, 17, 21); \
	TRN1d(26, 18, 22); TRN2d(30, 18, 22); \
	TRN1d(27, 19, 23); TRN2d(31, 19, 23)

// PRODUCTS forms, from four lanes of x0-x7 in v24-v31 (low or high ones, as the
// instructions given say), v7 = a, v8 = b, v9 = c2, v10 = c6, v11 = o1,
// v12 = o7, v13 = o5, v14 = o3. up is the scale of a and b, rnd their rounding.
#define PRODUCTS(addl, subl, mull, mlal, mlsl, up, rnd) \
	addl(7, 24, 28);     \
	subl(8, 24, 28);     \
	mull(9, 26, 0, 1);   \
	mull(10, 26, 0, 4);  \
	mull(11, 25, 0, 0);  \
	mull(12, 25, 0, 5);  \
	mull(13, 29, 0, 3);  \
	mull(14, 29, 0, 2);  \
	SHL4(7, 7, up);      \
	SHL4(8, 8, up);      \
	mlal(9, 30, 0, 4);   \
	mlsl(10, 30, 0, 1);  \
	mlal(11, 31, 0, 5);  \
	mlsl(12, 31, 0, 0);  \
	mlal(13, 27, 0, 2);  \
	mlsl(14, 27, 0, 3);  \
	ADD4(7, 7, rnd);     \
	ADD4(8, 8, rnd)

// BUTTERFLY ends a pass on four lanes: outputs 0-7, shifted down by sh and
// saturated, in half of v16-v23. v1 = 181, v2 = 128.
#define BUTTERFLY(narrow, sh) \
	ADD4(15, 7, 9);     \ // e0
	SUB4(7, 7, 9);      \ // e3
	ADD4(9, 8, 10);     \ // e1
	SUB4(8, 8, 10);     \ // e2
	ADD4(10, 11, 13);   \ // s1
	SUB4(11, 11, 13);   \ // d1
	ADD4(13, 12, 14);   \ // s7
	SUB4(12, 12, 14);   \ // d7
	ADD4(14, 11, 12);   \
	SUB4(11, 11, 12);   \
	MUL4(14, 14, 1);    \
	MUL4(11, 11, 1);    \
	ADD4(14, 14, 2);    \
	ADD4(11, 11, 2);    \
	SSHR4(14, 14, 8);   \ // p
	SSHR4(11, 11, 8);   \ // q
	ADD4(12, 15, 10);   \
	SUB4(15, 15, 10);   \
	narrow(16, 12, sh); \
	narrow(23, 15, sh); \
	ADD4(12, 9, 14);    \
	SUB4(15, 9, 14);    \
	narrow(17, 12, sh); \
	narrow(22, 15, sh); \
	ADD4(12, 8, 11);    \
	SUB4(15, 8, 11);    \
	narrow(18, 12, sh); \
	narrow(21, 15, sh); \
	ADD4(12, 7, 13);    \
	SUB4(15, 7, 13);    \
	narrow(19, 12, sh); \
	narrow(20, 15, sh)

// DOWN3 rounds the products of the second pass down by 3 bits.
#define DOWN3 \
	SRSHR4(9, 9, 3);   \
	SRSHR4(10, 10, 3); \
	SRSHR4(11, 11, 3); \
	SRSHR4(12, 12, 3); \
	SRSHR4(13, 13, 3); \
	SRSHR4(14, 14, 3)

// STORE8 clamps row r to bytes and stores it.
#define STORE8(r, v) \
	SQADD8(r, r, 4);          \
	SQXTUN(r, r);             \
	VST1 [v.B8], (R4);        \
	ADD  R1, R4

// Stages of row8NEON, for one block:
//	1. all AC coefficients zero: fill and go on
//	2. dequantise, transpose, first pass (two halves of four rows)
//	3. transpose, second pass (two halves of four columns)
//	4. clamp, store
//
// func row8NEON(dst []byte, stride int, coef []int16, q *[64]int16, n int)
TEXT ·row8NEON(SB), NOSPLIT, $0-72
	MOVD dst_base+0(FP), R0
	MOVD stride+24(FP), R1
	MOVD coef_base+32(FP), R2
	MOVD q+56(FP), R3
	MOVD n+64(FP), R5
	MOVD $weights8<>(SB), R6
	VLD1 (R6), [V0.H8]
	MOVD $181, R6
	VDUP R6, V1.S4
	MOVD $128, R6
	VDUP R6, V2.S4
	VDUP R6, V4.H8
	MOVD $8192, R6
	VDUP R6, V3.S4
	VDUP R6, V5.H8
	MOVD $-8192, R6
	VDUP R6, V6.H8

block8:
	// 1.
	MOVD   R2, R7
	VLD1.P 64(R7), [V16.H8, V17.H8, V18.H8, V19.H8]
	VLD1   (R7), [V20.H8, V21.H8, V22.H8, V23.H8]
	VORR   V16.B16, V16.B16, V7.B16
	VMOV   ZR, V7.H[0]
	VORR   V17.B16, V18.B16, V8.B16
	VORR   V19.B16, V20.B16, V9.B16
	VORR   V21.B16, V22.B16, V10.B16
	VORR   V23.B16, V7.B16, V7.B16
	VORR   V8.B16, V9.B16, V8.B16
	VORR   V10.B16, V7.B16, V7.B16
	VORR   V8.B16, V7.B16, V7.B16
	VMOV   V7.D[0], R7
	VMOV   V7.D[1], R8
	ORR    R8, R7
	CBZ    R7, flat8

	// 2.
	MOVD   R3, R7
	VLD1.P 64(R7), [V24.H8, V25.H8, V26.H8, V27.H8]
	VLD1   (R7), [V28.H8, V29.H8, V30.H8, V31.H8]
	DEQUANT(16, 24)
	DEQUANT(17, 25)
	DEQUANT(18, 26)
	DEQUANT(19, 27)
	DEQUANT(20, 28)
	DEQUANT(21, 29)
	DEQUANT(22, 30)
	DEQUANT(23, 31)
	TRANSPOSE8
	PRODUCTS(SADDL, SSUBL, SMULLi, SMLALi, SMLSLi, 11, 2)
	BUTTERFLY(SQSHRN, 8)
	PRODUCTS(SADDL2, SSUBL2, SMULL2i, SMLAL2i, SMLSL2i, 11, 2)
	BUTTERFLY(SQSHRN2, 8)

	// 3.
	TRANSPOSE8
	PRODUCTS(SADDL, SSUBL, SMULLi, SMLALi, SMLSLi, 8, 3)
	DOWN3
	BUTTERFLY(SQSHRN, 14)
	PRODUCTS(SADDL2, SSUBL2, SMULL2i, SMLAL2i, SMLSL2i, 8, 3)
	DOWN3
	BUTTERFLY(SQSHRN2, 14)

	// 4.
	MOVD R0, R4
	STORE8(16, V16)
	STORE8(17, V17)
	STORE8(18, V18)
	STORE8(19, V19)
	STORE8(20, V20)
	STORE8(21, V21)
	STORE8(22, V22)
	STORE8(23, V23)

next8:
	ADD  $128, R2
	ADD  $8, R0
	SUBS $1, R5
	BNE  block8
	RET

flat8:
	// clamp((dequantised + 4) >> 3 + 128), which is what the two passes make of
	// a lone first coefficient.
	VLD1 (R3), [V24.H8]
	DEQUANT(16, 24)
	MOVD $1028, R6
	VDUP R6, V17.H8
	ADD8(16, 16, 17)
	SSHR8(16, 16, 3)
	SQXTUN(16, 16)
	VDUP V16.B[0], V16.B16
	MOVD R0, R4
	MOVD $8, R7

row8flat:
	VST1 [V16.B8], (R4)
	ADD  R1, R4
	SUBS $1, R7
	BNE  row8flat
	JMP  next8

// k1, k3, 8192
DATA weights4<>+0(SB)/8, $0x00002000115129cf
GLOBL weights4<>(SB), RODATA|NOPTR, $8

// FIRST4 is the first pass on four lanes of x0-x3 in v16-v19: with v7 = a,
// v8 = b, v9 = p, v10 = q it leaves the outputs in o0-o3. v2 = 128.
#define FIRST4(mull, mlal, mlsl, o0, o1, o2, o3) \
	mull(7, 16, 0, 2);  \
	mull(8, 16, 0, 2);  \
	mull(9, 17, 0, 0);  \
	mull(10, 17, 0, 1); \
	mlal(7, 18, 0, 2);  \
	mlsl(8, 18, 0, 2);  \
	mlal(9, 19, 0, 1);  \
	mlsl(10, 19, 0, 0); \
	ADD4(7, 7, 2);      \
	ADD4(8, 8, 2);      \
	ADD4(o0, 7, 9);     \
	ADD4(o1, 8, 10);    \
	SUB4(o2, 8, 10);    \
	SUB4(o3, 7, 9);     \
	SSHR4(o0, o0, 8);   \
	SSHR4(o1, o1, 8);   \
	SSHR4(o2, o2, 8);   \
	SSHR4(o3, o3, 8)

// TRANSPOSE4 transposes four registers of four longs in place. Clobbers
// v7-v10.
#define TRANSPOSE4(r0, r1, r2, r3) \
	TRN1s(7, r0, r1);  \
	TRN2s(8, r0, r1);  \
	TRN1s(9, r2, r3);  \
	TRN2s(10, r2, r3); \
	TRN1d(r0, 7, 9);   \
	TRN1d(r1, 8, 10);  \
	TRN2d(r2, 7, 9);   \
	TRN2d(r3, 8, 10)

// SECOND4 is the second pass on rows t0-t3, narrowed to half of v16-v19.
// v1 = 1<<20, v14 = k1, v15 = k3.
#define SECOND4(t0, t1, t2, t3, narrow) \
	ADD4(7, t0, t2);    \
	SUB4(8, t0, t2);    \
	SHL4(7, 7, 13);     \
	SHL4(8, 8, 13);     \
	ADD4(7, 7, 1);      \
	ADD4(8, 8, 1);      \
	MUL4(9, t1, 14);    \
	MUL4(11, t3, 15);   \
	MUL4(10, t1, 15);   \
	MUL4(12, t3, 14);   \
	ADD4(9, 9, 11);     \
	SUB4(10, 10, 12);   \
	ADD4(11, 7, 9);     \
	ADD4(12, 8, 10);    \
	SUB4(8, 8, 10);     \
	SUB4(7, 7, 9);      \
	SSHR4(11, 11, 21);  \
	SSHR4(12, 12, 21);  \
	SSHR4(8, 8, 21);    \
	SSHR4(7, 7, 21);    \
	narrow(16, 11);     \
	narrow(17, 12);     \
	narrow(18, 8);      \
	narrow(19, 7)

// Stages of row4NEON, for two blocks:
//	1. load coefficients 0 to 3 of all eight rows apart, dequantise
//	2. first pass, one block in the low and one in the high lanes
//	3. transpose each block, second pass
//	4. clamp, store four rows of eight pixels
//
// func row4NEON(dst []byte, stride int, coef []int16, q *[16]int16, n int)
TEXT ·row4NEON(SB), NOSPLIT, $0-72
	MOVD dst_base+0(FP), R0
	MOVD stride+24(FP), R1
	MOVD coef_base+32(FP), R2
	MOVD q+56(FP), R3
	MOVD n+64(FP), R5
	MOVD $weights4<>(SB), R6
	VLD1 (R6), [V0.H4]
	MOVD $1048576, R6
	VDUP R6, V1.S4
	MOVD $128, R6
	VDUP R6, V2.S4
	VDUP R6, V4.H8
	MOVD $8192, R6
	VDUP R6, V5.H8
	MOVD $-8192, R6
	VDUP R6, V6.H8
	MOVD $10703, R6
	VDUP R6, V14.S4
	MOVD $4433, R6
	VDUP R6, V15.S4
	// Each step of the table once per block: lanes are rows.
	VLD4 (R3), [V28.H4, V29.H4, V30.H4, V31.H4]
	TRN1d(28, 28, 28)
	TRN1d(29, 29, 29)
	TRN1d(30, 30, 30)
	TRN1d(31, 31, 31)

pair4:
	// 1.
	VLD4.P 64(R2), [V16.H8, V17.H8, V18.H8, V19.H8]
	DEQUANT(16, 28)
	DEQUANT(17, 29)
	DEQUANT(18, 30)
	DEQUANT(19, 31)

	// 2.
	FIRST4(SMULLi, SMLALi, SMLSLi, 20, 21, 22, 23)
	FIRST4(SMULL2i, SMLAL2i, SMLSL2i, 24, 25, 26, 27)

	// 3.
	TRANSPOSE4(20, 21, 22, 23)
	SECOND4(20, 21, 22, 23, SQXTN)
	TRANSPOSE4(24, 25, 26, 27)
	SECOND4(24, 25, 26, 27, SQXTN2)

	// 4.
	MOVD R0, R4
	STORE8(16, V16)
	STORE8(17, V17)
	STORE8(18, V18)
	STORE8(19, V19)
	ADD  $8, R0
	SUBS $2, R5
	BNE  pair4
	RET

// func row2NEON(dst []byte, stride int, coef []int16, q *[4]int16, n int)
TEXT ·row2NEON(SB), NOSPLIT, $0-72
	MOVD  dst_base+0(FP), R0
	MOVD  stride+24(FP), R1
	MOVD  coef_base+32(FP), R2
	MOVD  q+56(FP), R3
	MOVD  n+64(FP), R5
	MOVD  $8192, R6
	VDUP  R6, V5.H8
	MOVD  $-8192, R6
	VDUP  R6, V6.H8
	MOVD  $1028, R6
	VDUP  R6, V4.H8
	VLD4R (R3), [V28.H8, V29.H8, V30.H8, V31.H8]

eight2:
	// c00, c01, c10 and c11 of eight blocks.
	VLD4.P 64(R2), [V16.H8, V17.H8, V18.H8, V19.H8]
	DEQUANT(16, 28)
	DEQUANT(17, 29)
	DEQUANT(18, 30)
	DEQUANT(19, 31)
	ADD8(20, 16, 17)   // r0
	SUB8(21, 16, 17)   // r1
	ADD8(22, 18, 19)   // r2
	SUB8(23, 18, 19)   // r3
	SQADD8(16, 20, 22) // 4*8192 does not fit
	SQADD8(17, 21, 23)
	SQSUB8(18, 20, 22)
	SQSUB8(19, 21, 23)
	SQADD8(16, 16, 4)
	SQADD8(17, 17, 4)
	SQADD8(18, 18, 4)
	SQADD8(19, 19, 4)
	SSHR8(16, 16, 3)
	SSHR8(17, 17, 3)
	SSHR8(18, 18, 3)
	SSHR8(19, 19, 3)
	SQXTUN(16, 16)
	SQXTUN(17, 17)
	SQXTUN(18, 18)
	SQXTUN(19, 19)
	ADD    R0, R1, R4
	VST2.P [V16.B8, V17.B8], 16(R0)
	VST2   [V18.B8, V19.B8], (R4)
	SUBS   $8, R5
	BNE    eight2
	RET

// func row1NEON(dst []byte, coef []int16, q int16, n int)
TEXT ·row1NEON(SB), NOSPLIT, $0-64
	MOVD dst_base+0(FP), R0
	MOVD coef_base+24(FP), R2
	MOVH q+48(FP), R3
	MOVD n+56(FP), R5
	MOVD $8192, R6
	VDUP R6, V5.H8
	MOVD $-8192, R6
	VDUP R6, V6.H8
	MOVD $1028, R6
	VDUP R6, V4.H8
	VDUP R3, V28.H8

sixteen1:
	VLD1.P 32(R2), [V16.H8, V17.H8]
	DEQUANT(16, 28)
	DEQUANT(17, 28)
	ADD8(16, 16, 4)
	ADD8(17, 17, 4)
	SSHR8(16, 16, 3)
	SSHR8(17, 17, 3)
	SQXTUN(16, 16)
	SQXTUN2(16, 17)
	VST1.P [V16.B16], 16(R0)
	SUBS   $16, R5
	BNE    sixteen1
	RET
