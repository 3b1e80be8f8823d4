//go:build !purego

#include "textflag.h"

// The vertical pass with AVX2. Two rows are taken at a time: their samples are
// interleaved, so that one VPMADDWD multiplies a sample of each with its weight
// and adds both products, exactly, in 32 bits.
//
// Stages of bytesAVX2 and wordsAVX2, for each 32 columns:
//	1. sums = 1<<(shift-1)
//	2. for each pair of rows: interleave to (a, b) words, multiply, add
//	3. if a row is left: the same with zeros for the second row
//	4. shift, saturate to words, put the lanes in order, store
//
// wideAVX2 does 8 columns: even and odd samples are multiplied apart, VPMULDQ
// takes every other one.

// START loads what both functions share; ARG is the offset of stride.
// Afterwards: DI dst, BX columns, SI source, DX stride in samples, R8 weights,
// R9 rows, X15 shift, Y14 the rounding term in each double word, Y13 zeros.
#define START \
	MOVQ  dst_base+0(FP), DI;      \
	MOVQ  dst_len+8(FP), BX;       \
	MOVQ  src_base+24(FP), SI;     \
	MOVQ  stride+48(FP), DX;       \
	MOVQ  weights_base+56(FP), R8; \
	MOVQ  weights_len+64(FP), R9;  \
	MOVQ  shift+80(FP), CX;        \
	VMOVQ CX, X15;                 \
	DECQ  CX;                      \
	MOVL  $1, AX;                  \
	SHLQ  CX, AX;                  \
	VMOVQ AX, X14;                 \
	VPXOR Y13, Y13, Y13

// SUMS adds the products of four registers of (a, b) pairs, Y8 to Y11, with the
// weights in Y12 to the sums of 32 columns, Y0 to Y3.
#define SUMS \
	VPMADDWD Y12, Y8, Y8;   \
	VPMADDWD Y12, Y9, Y9;   \
	VPMADDWD Y12, Y10, Y10; \
	VPMADDWD Y12, Y11, Y11; \
	VPADDD   Y8, Y0, Y0;    \
	VPADDD   Y9, Y1, Y1;    \
	VPADDD   Y10, Y2, Y2;   \
	VPADDD   Y11, Y3, Y3

// SHIFTED turns the sums into words: Y0 and Y1 in Y0, Y2 and Y3 in Y2.
#define SHIFTED \
	VPSRAD    X15, Y0, Y0; \
	VPSRAD    X15, Y1, Y1; \
	VPSRAD    X15, Y2, Y2; \
	VPSRAD    X15, Y3, Y3; \
	VPACKSSDW Y1, Y0, Y0;  \
	VPACKSSDW Y3, Y2, Y2

// BYTES interleaves the bytes of row a in Y4 with those of row b in Y5 and
// widens them: in either lane, Y8 has columns 0-3, Y9 4-7, Y10 8-11, Y11 12-15.
#define BYTES \
	VPUNPCKLBW Y5, Y4, Y6;   \
	VPUNPCKHBW Y5, Y4, Y7;   \
	VPUNPCKLBW Y13, Y6, Y8;  \
	VPUNPCKHBW Y13, Y6, Y9;  \
	VPUNPCKLBW Y13, Y7, Y10; \
	VPUNPCKHBW Y13, Y7, Y11

// func bytesAVX2(dst []int16, src []byte, stride int, weights []int16, shift uint)
TEXT ·bytesAVX2(SB), NOSPLIT, $0-88
	START
	VPBROADCASTD X14, Y14

bytesColumns:
	MOVQ    SI, R10
	MOVQ    R8, R11
	MOVQ    R9, CX
	VMOVDQA Y14, Y0
	VMOVDQA Y14, Y1
	VMOVDQA Y14, Y2
	VMOVDQA Y14, Y3
	SUBQ    $2, CX
	JLT     bytesLast

bytesPair:
	VPBROADCASTD (R11), Y12
	VMOVDQU      (R10), Y4
	VMOVDQU      (R10)(DX*1), Y5
	BYTES
	SUMS
	LEAQ         (R10)(DX*2), R10
	ADDQ         $4, R11
	SUBQ         $2, CX
	JGE          bytesPair

bytesLast:
	ADDQ         $2, CX
	JEQ          bytesStore
	MOVWLZX      (R11), AX            // the weight and 0
	VMOVD        AX, X12
	VPBROADCASTD X12, Y12
	VMOVDQU      (R10), Y4
	VMOVDQA      Y13, Y5
	BYTES
	SUMS

bytesStore:
	SHIFTED                           // Y0: columns 0-7, 16-23; Y2: 8-15, 24-31
	VPERM2I128 $0x20, Y2, Y0, Y1
	VPERM2I128 $0x31, Y2, Y0, Y3
	VMOVDQU    Y1, (DI)
	VMOVDQU    Y3, 32(DI)
	ADDQ       $64, DI
	ADDQ       $32, SI
	SUBQ       $32, BX
	JNE        bytesColumns
	VZEROUPPER
	RET

// WORDS interleaves the words of row a in Y4 (columns 0-15) and Y5 (16-31) with
// those of row b in Y6 and Y7.
#define WORDS \
	VPUNPCKLWD Y6, Y4, Y8;  \
	VPUNPCKHWD Y6, Y4, Y9;  \
	VPUNPCKLWD Y7, Y5, Y10; \
	VPUNPCKHWD Y7, Y5, Y11

// func wordsAVX2(dst, src []int16, stride int, weights []int16, shift uint)
TEXT ·wordsAVX2(SB), NOSPLIT, $0-88
	START
	VPBROADCASTD X14, Y14
	SHLQ         $1, DX

wordsColumns:
	MOVQ    SI, R10
	MOVQ    R8, R11
	MOVQ    R9, CX
	VMOVDQA Y14, Y0
	VMOVDQA Y14, Y1
	VMOVDQA Y14, Y2
	VMOVDQA Y14, Y3
	SUBQ    $2, CX
	JLT     wordsLast

wordsPair:
	VPBROADCASTD (R11), Y12
	VMOVDQU      (R10), Y4
	VMOVDQU      32(R10), Y5
	VMOVDQU      (R10)(DX*1), Y6
	VMOVDQU      32(R10)(DX*1), Y7
	WORDS
	SUMS
	LEAQ         (R10)(DX*2), R10
	ADDQ         $4, R11
	SUBQ         $2, CX
	JGE          wordsPair

wordsLast:
	ADDQ         $2, CX
	JEQ          wordsStore
	MOVWLZX      (R11), AX
	VMOVD        AX, X12
	VPBROADCASTD X12, Y12
	VMOVDQU      (R10), Y4
	VMOVDQU      32(R10), Y5
	VMOVDQA      Y13, Y6
	VMOVDQA      Y13, Y7
	WORDS
	SUMS

wordsStore:
	SHIFTED
	VMOVDQU Y0, (DI)
	VMOVDQU Y2, 32(DI)
	ADDQ    $64, DI
	ADDQ    $64, SI
	SUBQ    $32, BX
	JNE     wordsColumns
	VZEROUPPER
	RET

// NARROW64 shifts the four sums in ACC arithmetically by X15, which AVX2 cannot,
// and saturates them to 32 bits in the low halves. With the sign bit flipped
// the logical shift gives (sum >> shift) + 1<<(63-shift); Y12 has the sign bits,
// Y11 that addend, Y10 and Y9 the largest and the least int32. Uses Y7.
#define NARROW64(ACC) \
	VPXOR     Y12, ACC, ACC;    \
	VPSRLQ    X15, ACC, ACC;    \
	VPSUBQ    Y11, ACC, ACC;    \
	VPCMPGTQ  Y10, ACC, Y7;     \
	VPBLENDVB Y7, Y10, ACC, ACC; \
	VPCMPGTQ  ACC, Y9, Y7;      \
	VPBLENDVB Y7, Y9, ACC, ACC

// func wideAVX2(dst, src []int32, stride int, weights []int32, shift uint)
TEXT ·wideAVX2(SB), NOSPLIT, $0-88
	START
	VPBROADCASTQ X14, Y14
	SHLQ         $2, DX
	VPCMPEQD     Y12, Y12, Y12
	VPSRLQ       $33, Y12, Y10        // 1<<31 - 1
	VPSUBQ       Y10, Y13, Y9
	VPCMPEQD     Y11, Y11, Y11
	VPADDQ       Y11, Y9, Y9          // -1<<31
	VPSLLQ       $63, Y12, Y12        // 1<<63
	VPSRLQ       X15, Y12, Y11        // 1<<(63-shift)

wideColumns:
	MOVQ    SI, R10
	MOVQ    R8, R11
	MOVQ    R9, CX
	VMOVDQA Y14, Y0                   // even columns
	VMOVDQA Y14, Y1                   // odd columns

wideRow:
	VPBROADCASTD (R11), Y2
	VMOVDQU      (R10), Y4
	VPSRLQ       $32, Y4, Y5
	VPMULDQ      Y2, Y4, Y4
	VPMULDQ      Y2, Y5, Y5
	VPADDQ       Y4, Y0, Y0
	VPADDQ       Y5, Y1, Y1
	ADDQ         DX, R10
	ADDQ         $4, R11
	DECQ         CX
	JNE          wideRow

	NARROW64(Y0)
	NARROW64(Y1)
	VPSLLQ   $32, Y1, Y1
	VPBLENDD $0xaa, Y1, Y0, Y0
	VMOVDQU  Y0, (DI)
	ADDQ     $32, DI
	ADDQ     $32, SI
	SUBQ     $8, BX
	JNE      wideColumns
	VZEROUPPER
	RET
