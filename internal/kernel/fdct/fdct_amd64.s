//go:build !purego

#include "textflag.h"

// The AVX2 path of the forward DCT. fdct_generic.go is the reference: names
// here (s0, d0, a, b, c, d, y0, ...) are the names there.
//
// Stages, for two adjacent blocks, one in each 128-bit lane:
//	1. load 8 rows of 16 samples, widen to words
//	2. first pass, down the columns: a register is a row, a lane's words are
//	   a block's columns
//	3. transpose each lane
//	4. second pass: now a register is a horizontal frequency
//	5. quantise: (|x|+bias)*recip>>16*scale>>16, sign of x
//	6. store, and gather which words are not zero

#define QUAD(name, v) \
	DATA name<>+0(SB)/8, $(v);  \
	DATA name<>+8(SB)/8, $(v);  \
	DATA name<>+16(SB)/8, $(v); \
	DATA name<>+24(SB)/8, $(v); \
	GLOBL name<>(SB), RODATA|NOPTR, $32
#define LONG(name, v) QUAD(name, (((v)&0xffffffff)<<32)|((v)&0xffffffff))
#define PAIR(name, lo, hi) LONG(name, ((((hi)&0xffff)<<16)|((lo)&0xffff)))
#define WORD(name, v) PAIR(name, v, v)

// Factors of (d,c) for y2 and y6, of (d0,d1) and (d2,d3) for the odd outputs.
PAIR(even2, 8867, 21407)
PAIR(even6, -21407, 8867)
PAIR(odd1a, 22725, 19266)
PAIR(odd1b, 12873, 4520)
PAIR(odd3a, 19266, -4520)
PAIR(odd3b, -22725, -12873)
PAIR(odd5a, 12873, -22725)
PAIR(odd5b, 4520, 19266)
PAIR(odd7a, 4520, -12873)
PAIR(odd7b, 19266, -22725)
LONG(round1, 2048)
LONG(round2, 32768)
WORD(word2, 2)
WORD(shiftDown, 4096) // 8*128 with 2 fractional bits

// ROUND brings two product sums down by sh bits and packs them to words in lo.
#define ROUND(lo, hi, rnd, sh) \
	VPADDD    rnd, lo, lo; \
	VPADDD    rnd, hi, hi; \
	VPSRAD    $sh, lo, lo; \
	VPSRAD    $sh, hi, hi; \
	VPACKSSDW hi, lo, lo

// ODD forms one odd output in lo from the pairs in Y7-Y9 and Y11.
// Clobbers hi and Y14, Y15.
#define ODD(fa, fb, lo, hi, rnd, sh) \
	VPMADDWD fa, Y7, lo;    \
	VPMADDWD fb, Y9, Y14;   \
	VPMADDWD fa, Y8, hi;    \
	VPMADDWD fb, Y11, Y15;  \
	VPADDD   Y14, lo, lo;   \
	VPADDD   Y15, hi, hi;   \
	ROUND(lo, hi, rnd, sh)

// PASS transforms Y0-Y7. Outputs 0-7 are in Y6, Y1, Y10, Y3, Y4, Y0, Y5, Y2;
// those in Y6 and Y4 are plain sums. Clobbers the rest.
#define PASS(rnd, sh) \
	VPADDW     Y7, Y0, Y8;              \ // s0
	VPSUBW     Y7, Y0, Y0;              \ // d0
	VPADDW     Y6, Y1, Y9;              \
	VPSUBW     Y6, Y1, Y1;              \
	VPADDW     Y5, Y2, Y10;             \
	VPSUBW     Y5, Y2, Y2;              \
	VPADDW     Y4, Y3, Y11;             \
	VPSUBW     Y4, Y3, Y3;              \
	VPADDW     Y11, Y8, Y4;             \ // a
	VPSUBW     Y11, Y8, Y8;             \ // c
	VPADDW     Y10, Y9, Y5;             \ // b
	VPSUBW     Y10, Y9, Y9;             \ // d
	VPADDW     Y5, Y4, Y6;              \
	VPSUBW     Y5, Y4, Y4;              \
	VPUNPCKLWD Y8, Y9, Y7;              \
	VPUNPCKHWD Y8, Y9, Y11;             \
	VPMADDWD   even2<>(SB), Y7, Y10;    \
	VPMADDWD   even2<>(SB), Y11, Y12;   \
	VPMADDWD   even6<>(SB), Y7, Y5;     \
	VPMADDWD   even6<>(SB), Y11, Y13;   \
	ROUND(Y10, Y12, rnd, sh);           \
	ROUND(Y5, Y13, rnd, sh);            \
	VPUNPCKLWD Y1, Y0, Y7;              \
	VPUNPCKHWD Y1, Y0, Y8;              \
	VPUNPCKLWD Y3, Y2, Y9;              \
	VPUNPCKHWD Y3, Y2, Y11;             \
	ODD(odd1a<>(SB), odd1b<>(SB), Y1, Y12, rnd, sh); \
	ODD(odd3a<>(SB), odd3b<>(SB), Y3, Y13, rnd, sh); \
	ODD(odd5a<>(SB), odd5b<>(SB), Y0, Y12, rnd, sh); \
	ODD(odd7a<>(SB), odd7b<>(SB), Y2, Y13, rnd, sh)

// QUANT quantises r, horizontal frequency u, and stores it. Clobbers Y15.
#define QUANT(u, r, x) \
	VPABSW         r, Y15;                     \
	VBROADCASTI128 (u*16)(DX), Y14;            \
	VPADDW         Y14, Y15, Y15;              \
	VBROADCASTI128 (u*16+128)(DX), Y14;        \
	VPMULHUW       Y14, Y15, Y15;              \
	VBROADCASTI128 (u*16+256)(DX), Y14;        \
	VPMULHUW       Y14, Y15, Y15;              \
	VPSIGNW        r, Y15, r;                  \
	VMOVDQU        x, (u*16)(DI);              \
	VEXTRACTI128   $1, r, (u*16+128)(DI)

// ZEROS leaves in m which of the 16 words of r0 and r1 are zero: the first
// block's in the low half, the second's in the high half. Clobbers r0.
#define ZEROS(r0, r1, m) \
	VPACKSSWB r1, r0, r0;   \
	VPCMPEQB  Y15, r0, r0;  \
	VPMOVMSKB r0, m

// func rowAVX2(coef []int16, mask []uint64, src []byte, stride int, q *Quantiser, n int)
TEXT ·rowAVX2(SB), NOSPLIT, $0-96
	MOVQ coef_base+0(FP), DI
	MOVQ mask_base+24(FP), BX
	MOVQ src_base+48(FP), SI
	MOVQ stride+72(FP), R8
	MOVQ q+80(FP), DX
	MOVQ n+88(FP), CX
	LEAQ (R8)(R8*2), R9

pair:
	// 1.
	LEAQ      (SI)(R8*4), R10
	VPMOVZXBW (SI), Y0
	VPMOVZXBW (SI)(R8*1), Y1
	VPMOVZXBW (SI)(R8*2), Y2
	VPMOVZXBW (SI)(R9*1), Y3
	VPMOVZXBW (R10), Y4
	VPMOVZXBW (R10)(R8*1), Y5
	VPMOVZXBW (R10)(R8*2), Y6
	VPMOVZXBW (R10)(R9*1), Y7

	// 2.
	PASS(round1<>(SB), 12)
	VPSLLW $2, Y6, Y6
	VPSLLW $2, Y4, Y4
	VPSUBW shiftDown<>(SB), Y6, Y6

	// 3. Rows are Y6, Y1, Y10, Y3, Y4, Y0, Y5, Y2.
	VPUNPCKLWD  Y1, Y6, Y7
	VPUNPCKHWD  Y1, Y6, Y8
	VPUNPCKLWD  Y3, Y10, Y9
	VPUNPCKHWD  Y3, Y10, Y11
	VPUNPCKLWD  Y0, Y4, Y12
	VPUNPCKHWD  Y0, Y4, Y13
	VPUNPCKLWD  Y2, Y5, Y14
	VPUNPCKHWD  Y2, Y5, Y15
	VPUNPCKLDQ  Y9, Y7, Y0   // columns 0,1 of rows 0-3
	VPUNPCKHDQ  Y9, Y7, Y2   // columns 2,3
	VPUNPCKLDQ  Y11, Y8, Y4
	VPUNPCKHDQ  Y11, Y8, Y6
	VPUNPCKLDQ  Y14, Y12, Y1 // columns 0,1 of rows 4-7
	VPUNPCKHDQ  Y14, Y12, Y3
	VPUNPCKLDQ  Y15, Y13, Y5
	VPUNPCKHDQ  Y15, Y13, Y7
	VPUNPCKHQDQ Y1, Y0, Y8
	VPUNPCKLQDQ Y1, Y0, Y0
	VPUNPCKHQDQ Y3, Y2, Y9
	VPUNPCKLQDQ Y3, Y2, Y2
	VPUNPCKHQDQ Y5, Y4, Y10
	VPUNPCKLQDQ Y5, Y4, Y4
	VPUNPCKHQDQ Y7, Y6, Y11
	VPUNPCKLQDQ Y7, Y6, Y6
	VMOVDQA     Y8, Y1
	VMOVDQA     Y9, Y3
	VMOVDQA     Y10, Y5
	VMOVDQA     Y11, Y7

	// 4.
	PASS(round2<>(SB), 16)
	VPADDW word2<>(SB), Y6, Y6
	VPADDW word2<>(SB), Y4, Y4
	VPSRAW $2, Y6, Y6
	VPSRAW $2, Y4, Y4

	// 5.
	QUANT(0, Y6, X6)
	QUANT(1, Y1, X1)
	QUANT(2, Y10, X10)
	QUANT(3, Y3, X3)
	QUANT(4, Y4, X4)
	QUANT(5, Y0, X0)
	QUANT(6, Y5, X5)
	QUANT(7, Y2, X2)

	// 6.
	VPXOR   Y15, Y15, Y15
	ZEROS(Y6, Y1, AX)
	ZEROS(Y10, Y3, R11)
	ZEROS(Y4, Y0, R12)
	ZEROS(Y5, Y2, R13)
	MOVL    AX, R10
	SHRL    $16, R10
	MOVWLZX AX, AX
	MOVL    R11, R14
	SHLL    $16, R14
	ORL     R14, AX      // first block, bits 0-31
	ANDL    $0xffff0000, R11
	ORL     R11, R10     // second block, bits 0-31
	MOVL    R12, R11
	SHRL    $16, R11
	MOVWLZX R12, R12
	MOVL    R13, R14
	SHLL    $16, R14
	ORL     R14, R12
	ANDL    $0xffff0000, R13
	ORL     R13, R11
	SHLQ    $32, R12
	SHLQ    $32, R11
	ORQ     R12, AX
	ORQ     R11, R10
	NOTQ    AX
	NOTQ    R10
	MOVQ    AX, (BX)
	MOVQ    R10, 8(BX)

	ADDQ $16, SI
	ADDQ $256, DI
	ADDQ $16, BX
	SUBQ $2, CX
	JNZ  pair
	VZEROUPPER
	RET
