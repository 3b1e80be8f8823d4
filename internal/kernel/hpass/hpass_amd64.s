//go:build !purego

#include "textflag.h"

// The horizontal pass with AVX2, in two stages.
//
// pairsAVX2 transposes eight rows of words in units of two neighbours, which
// VPMADDWD takes as one: the strip holds, for each pair of columns, the pairs of
// rows 0 to 7 in the eight double words of a register.
//
// sumAVX2 then sums the output columns one by one: for each pair of weights,
// multiply the strip's register with the pair in every double word and add.
// Eight rows grow at once and nothing is added across a register.
//
// 32-bit samples are single double words to the same transposition, and
// sumWideAVX2 multiplies the even and the odd rows of a column apart, because
// VPMULDQ takes every other double word.

// LOAD puts double words 4*HALF to 4*HALF+3 of rows r and r+4 into the lanes of
// Y0 (r = 0) to Y3 (r = 3). SI is row 0, R10 row 4, DX the distance of rows,
// R8 three times that.
#define LOAD(HALF) \
	VMOVDQU     16*HALF(SI), X0;                  \
	VMOVDQU     16*HALF(SI)(DX*1), X1;            \
	VMOVDQU     16*HALF(SI)(DX*2), X2;            \
	VMOVDQU     16*HALF(SI)(R8*1), X3;            \
	VINSERTI128 $1, 16*HALF(R10), Y0, Y0;         \
	VINSERTI128 $1, 16*HALF(R10)(DX*1), Y1, Y1;   \
	VINSERTI128 $1, 16*HALF(R10)(DX*2), Y2, Y2;   \
	VINSERTI128 $1, 16*HALF(R10)(R8*1), Y3, Y3

// TURN transposes the 4x4 double words of either lane and stores them.
#define TURN(HALF) \
	VPUNPCKLDQ  Y1, Y0, Y4;            \
	VPUNPCKHDQ  Y1, Y0, Y5;            \
	VPUNPCKLDQ  Y3, Y2, Y6;            \
	VPUNPCKHDQ  Y3, Y2, Y7;            \
	VPUNPCKLQDQ Y6, Y4, Y0;            \
	VPUNPCKHQDQ Y6, Y4, Y1;            \
	VPUNPCKLQDQ Y7, Y5, Y2;            \
	VPUNPCKHQDQ Y7, Y5, Y3;            \
	VMOVDQU     Y0, (128*HALF+0)(DI);  \
	VMOVDQU     Y1, (128*HALF+32)(DI); \
	VMOVDQU     Y2, (128*HALF+64)(DI); \
	VMOVDQU     Y3, (128*HALF+96)(DI)

// TRANSPOSE is the body of both transpositions: SHIFT makes bytes of the stride,
// and one round of the loop does STEP columns of the source.
#define TRANSPOSE(SHIFT, STEP, loop) \
	MOVQ strip_base+0(FP), DI; \
	MOVQ src_base+24(FP), SI;  \
	MOVQ stride+48(FP), DX;    \
	MOVQ width+56(FP), CX;     \
	SHLQ $SHIFT, DX;           \
	LEAQ (DX)(DX*2), R8;       \
	LEAQ (SI)(DX*4), R10;      \
loop: \
	LOAD(0);                   \
	TURN(0);                   \
	LOAD(1);                   \
	TURN(1);                   \
	ADDQ $32, SI;              \
	ADDQ $32, R10;             \
	ADDQ $256, DI;             \
	SUBQ $STEP, CX;            \
	JNE  loop;                 \
	VZEROUPPER;                \
	RET

// func pairsAVX2(strip, src []int16, stride, width int)
TEXT ·pairsAVX2(SB), NOSPLIT, $0-64
	TRANSPOSE(1, 16, pairs)

// func columnsAVX2(strip, src []int32, stride, width int)
TEXT ·columnsAVX2(SB), NOSPLIT, $0-64
	TRANSPOSE(2, 8, columns)

// ADD2 adds the products of one pair of weights, at offset OFF of them, to the
// sums of two output columns, Y0 and Y1. AX and BX point past the samples of
// each, R12 and R13 past their weights, CX counts up to 0 in bytes of weights;
// eight rows make eight bytes of samples for each.
#define ADD2(OFF) \
	VPBROADCASTD OFF(R12)(CX*1), Y2;       \
	VPBROADCASTD OFF(R13)(CX*1), Y3;       \
	VPMADDWD     (8*OFF)(AX)(CX*8), Y2, Y2; \
	VPMADDWD     (8*OFF)(BX)(CX*8), Y3, Y3; \
	VPADDD       Y2, Y0, Y0;               \
	VPADDD       Y3, Y1, Y1

// func sumAVX2(dst, strip []int16, pos []int32, weights []int16, taps int, shift uint)
TEXT ·sumAVX2(SB), NOSPLIT, $0-112
	MOVQ         dst_base+0(FP), DI
	MOVQ         strip_base+24(FP), SI
	MOVQ         pos_base+48(FP), R8
	MOVQ         pos_len+56(FP), R9
	MOVQ         weights_base+72(FP), R12
	MOVQ         taps+96(FP), R11
	MOVQ         shift+104(FP), CX
	VMOVQ        CX, X15
	DECQ         CX
	MOVL         $1, AX
	SHLQ         CX, AX
	VMOVQ        AX, X14
	VPBROADCASTD X14, Y14
	SHLQ         $1, R11               // bytes of weights of a column
	ADDQ         R11, R12
	LEAQ         (SI)(R11*8), SI       // past the samples of a column at 0

sum:
	MOVLQSX (R8), AX
	MOVLQSX 4(R8), BX
	SHLQ    $4, AX                     // a column of eight rows is 16 bytes
	SHLQ    $4, BX
	ADDQ    SI, AX
	ADDQ    SI, BX
	LEAQ    (R12)(R11*1), R13
	MOVQ    R11, CX
	NEGQ    CX
	VMOVDQA Y14, Y0
	VMOVDQA Y14, Y1
	TESTQ   $4, CX
	JEQ     sum2
	ADD2(0)
	ADDQ    $4, CX
	JEQ     sumStore

sum2:
	ADD2(0)
	ADD2(4)
	ADDQ $8, CX
	JNE  sum2

sumStore:
	VPSRAD    X15, Y0, Y0
	VPSRAD    X15, Y1, Y1
	VPACKSSDW Y1, Y0, Y0               // rows 0-3 of both columns, rows 4-7 of both
	VPERMQ    $0xd8, Y0, Y0
	VMOVDQU   Y0, (DI)
	ADDQ      $32, DI
	ADDQ      $8, R8
	LEAQ      (R13)(R11*1), R12
	SUBQ      $2, R9
	JNE       sum
	VZEROUPPER
	RET

// NARROW64 shifts the four sums in ACC arithmetically by X15, which AVX2 cannot,
// and saturates them to 32 bits in the low halves. With the sign bit flipped
// the logical shift gives (sum >> shift) + 1<<(63-shift); Y12 has the sign bits,
// Y11 that addend, Y10 and Y9 the largest and the least int32. Uses Y7.
#define NARROW64(ACC) \
	VPXOR     Y12, ACC, ACC;     \
	VPSRLQ    X15, ACC, ACC;     \
	VPSUBQ    Y11, ACC, ACC;     \
	VPCMPGTQ  Y10, ACC, Y7;      \
	VPBLENDVB Y7, Y10, ACC, ACC; \
	VPCMPGTQ  ACC, Y9, Y7;       \
	VPBLENDVB Y7, Y9, ACC, ACC

// func sumWideAVX2(dst, strip []int32, pos []int32, weights []int32, taps int, shift uint)
TEXT ·sumWideAVX2(SB), NOSPLIT, $0-112
	MOVQ         dst_base+0(FP), DI
	MOVQ         strip_base+24(FP), SI
	MOVQ         pos_base+48(FP), R8
	MOVQ         pos_len+56(FP), R9
	MOVQ         weights_base+72(FP), R12
	MOVQ         taps+96(FP), R11
	MOVQ         shift+104(FP), CX
	VMOVQ        CX, X15
	DECQ         CX
	MOVL         $1, AX
	SHLQ         CX, AX
	VMOVQ        AX, X14
	VPBROADCASTQ X14, Y14              // the rounding term
	VPCMPEQD     Y12, Y12, Y12
	VPXOR        Y9, Y9, Y9
	VPSRLQ       $33, Y12, Y10         // 1<<31 - 1
	VPSUBQ       Y10, Y9, Y9
	VPADDQ       Y12, Y9, Y9           // -1<<31
	VPSLLQ       $63, Y12, Y12         // 1<<63
	VPSRLQ       X15, Y12, Y11         // 1<<(63-shift)

wide:
	MOVLQSX (R8), AX
	SHLQ    $5, AX                     // a column of eight rows is 32 bytes
	ADDQ    SI, AX
	MOVQ    R11, CX
	VMOVDQA Y14, Y0                    // rows 0, 2, 4, 6
	VMOVDQA Y14, Y1                    // rows 1, 3, 5, 7

wideTap:
	VPBROADCASTD (R12), Y2
	VMOVDQU      (AX), Y3
	VPSRLQ       $32, Y3, Y4
	VPMULDQ      Y2, Y3, Y3
	VPMULDQ      Y2, Y4, Y4
	VPADDQ       Y3, Y0, Y0
	VPADDQ       Y4, Y1, Y1
	ADDQ         $4, R12
	ADDQ         $32, AX
	DECQ         CX
	JNE          wideTap

	NARROW64(Y0)
	NARROW64(Y1)
	VPSLLQ   $32, Y1, Y1
	VPBLENDD $0xaa, Y1, Y0, Y0
	VMOVDQU  Y0, (DI)
	ADDQ     $32, DI
	ADDQ     $4, R8
	DECQ     R9
	JNE      wide
	VZEROUPPER
	RET
