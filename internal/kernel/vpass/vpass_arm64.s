//go:build !purego

#include "textflag.h"

// The vertical pass with NEON: each row is multiplied with its weight, in every
// element of a register, and added to 32-bit (wide: 64-bit) sums.
//
// Stages, for each unit of columns:
//	1. sums = 1<<(shift-1)
//	2. for each row: load, widen bytes, multiply and add
//	3. shift, saturate, store
//
// The macros are instructions that the Go assembler lacks; m, n, d are the
// numbers of registers.

#define SMLAL4S(m, n, d)   WORD $(0x0e608000 | (m)<<16 | (n)<<5 | (d)) // smlal  vd.4s, vn.4h, vm.4h
#define SMLAL2_4S(m, n, d) WORD $(0x4e608000 | (m)<<16 | (n)<<5 | (d)) // smlal2 vd.4s, vn.8h, vm.8h
#define SMLAL2D(m, n, d)   WORD $(0x0ea08000 | (m)<<16 | (n)<<5 | (d)) // smlal  vd.2d, vn.2s, vm.2s
#define SMLAL2_2D(m, n, d) WORD $(0x4ea08000 | (m)<<16 | (n)<<5 | (d)) // smlal2 vd.2d, vn.4s, vm.4s
#define SSHL4S(m, n, d)    WORD $(0x4ea04400 | (m)<<16 | (n)<<5 | (d)) // sshl   vd.4s, vn.4s, vm.4s
#define SSHL2D(m, n, d)    WORD $(0x4ee04400 | (m)<<16 | (n)<<5 | (d)) // sshl   vd.2d, vn.2d, vm.2d
#define SQXTN4H(n, d)      WORD $(0x0e614800 | (n)<<5 | (d))           // sqxtn  vd.4h, vn.4s
#define SQXTN2_8H(n, d)    WORD $(0x4e614800 | (n)<<5 | (d))           // sqxtn2 vd.8h, vn.4s
#define SQXTN2S(n, d)      WORD $(0x0ea14800 | (n)<<5 | (d))           // sqxtn  vd.2s, vn.2d
#define SQXTN2_4S(n, d)    WORD $(0x4ea14800 | (n)<<5 | (d))           // sqxtn2 vd.4s, vn.2d

// START loads the arguments: R0 dst, R1 columns, R2 source, R3 stride in
// samples, R4 weights, R5 rows, R6 minus the shift, R8 the rounding term.
#define START \
	MOVD dst_base+0(FP), R0;      \
	MOVD dst_len+8(FP), R1;       \
	MOVD src_base+24(FP), R2;     \
	MOVD stride+48(FP), R3;       \
	MOVD weights_base+56(FP), R4; \
	MOVD weights_len+64(FP), R5;  \
	MOVD shift+80(FP), R6;        \
	SUB  $1, R6, R7;              \
	MOVD $1, R8;                  \
	LSL  R7, R8, R8;              \
	NEG  R6, R6

// CLEAR begins a unit: R7 walks over the rows, R8 over the weights, R9 counts.
#define CLEAR \
	MOVD R2, R7;           \
	MOVD R4, R8;           \
	MOVD R5, R9;           \
	VMOV V30.B16, V0.B16;  \
	VMOV V30.B16, V1.B16;  \
	VMOV V30.B16, V2.B16;  \
	VMOV V30.B16, V3.B16

// SUMS adds 16 words, in V4 and V5, times the weight in V16.
#define SUMS \
	SMLAL4S(16, 4, 0);   \
	SMLAL2_4S(16, 4, 1); \
	SMLAL4S(16, 5, 2);   \
	SMLAL2_4S(16, 5, 3)

// STORE writes 16 words.
#define STORE \
	SSHL4S(31, 0, 0); \
	SSHL4S(31, 1, 1); \
	SSHL4S(31, 2, 2); \
	SSHL4S(31, 3, 3); \
	SQXTN4H(0, 4);    \
	SQXTN2_8H(1, 4);  \
	SQXTN4H(2, 5);    \
	SQXTN2_8H(3, 5);  \
	VST1.P [V4.H8, V5.H8], 32(R0)

// func bytesNEON(dst []int16, src []byte, stride int, weights []int16, shift uint)
TEXT ·bytesNEON(SB), NOSPLIT, $0-88
	START
	VDUP R8, V30.S4
	VDUP R6, V31.S4

bytesColumns:
	CLEAR

bytesRow:
	VLD1R.P 2(R8), [V16.H8]
	VLD1    (R7), [V6.B16]
	ADD     R3, R7
	VUXTL   V6.B8, V4.H8
	VUXTL2  V6.B16, V5.H8
	SUMS
	SUBS    $1, R9
	BNE     bytesRow

	STORE
	ADD  $16, R2
	SUBS $16, R1
	BNE  bytesColumns
	RET

// func wordsNEON(dst, src []int16, stride int, weights []int16, shift uint)
TEXT ·wordsNEON(SB), NOSPLIT, $0-88
	START
	LSL  $1, R3
	VDUP R8, V30.S4
	VDUP R6, V31.S4

wordsColumns:
	CLEAR

wordsRow:
	VLD1R.P 2(R8), [V16.H8]
	VLD1    (R7), [V4.H8, V5.H8]
	ADD     R3, R7
	SUMS
	SUBS    $1, R9
	BNE     wordsRow

	STORE
	ADD  $32, R2
	SUBS $16, R1
	BNE  wordsColumns
	RET

// func wideNEON(dst, src []int32, stride int, weights []int32, shift uint)
TEXT ·wideNEON(SB), NOSPLIT, $0-88
	START
	LSL  $2, R3
	VDUP R8, V30.D2
	VDUP R6, V31.D2

wideColumns:
	CLEAR

wideRow:
	VLD1R.P 4(R8), [V16.S4]
	VLD1    (R7), [V4.S4, V5.S4]
	ADD     R3, R7
	SMLAL2D(16, 4, 0)
	SMLAL2_2D(16, 4, 1)
	SMLAL2D(16, 5, 2)
	SMLAL2_2D(16, 5, 3)
	SUBS    $1, R9
	BNE     wideRow

	SSHL2D(31, 0, 0)
	SSHL2D(31, 1, 1)
	SSHL2D(31, 2, 2)
	SSHL2D(31, 3, 3)
	SQXTN2S(0, 4)
	SQXTN2_4S(1, 4)
	SQXTN2S(2, 5)
	SQXTN2_4S(3, 5)
	VST1.P [V4.S4, V5.S4], 32(R0)
	ADD    $32, R2
	SUBS   $8, R1
	BNE    wideColumns
	RET
