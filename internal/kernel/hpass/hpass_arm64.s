//go:build !purego

#include "textflag.h"

// The horizontal pass with NEON, in two stages: the turn functions transpose
// eight rows into columns of eight samples; the sum functions then multiply
// each column with its weight, in every element of a register, and add to the
// sums of all eight rows.
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

// ROWS loads the arguments of a turn function: R0 strip, R1 columns left, and
// the addresses of rows 0 to 7 in R10 to R15, R19 and R20.
#define ROWS(SHIFT) \
	MOVD strip_base+0(FP), R0; \
	MOVD src_base+24(FP), R10; \
	MOVD stride+48(FP), R3;    \
	MOVD width+56(FP), R1;     \
	LSL  $SHIFT, R3;           \
	ADD  R3, R10, R11;         \
	ADD  R3, R11, R12;         \
	ADD  R3, R12, R13;         \
	ADD  R3, R13, R14;         \
	ADD  R3, R14, R15;         \
	ADD  R3, R15, R19;         \
	ADD  R3, R19, R20

// LOAD takes the next 16 bytes of each row to V0 to V7.
#define LOAD(T) \
	VLD1.P 16(R10), [V0.T]; \
	VLD1.P 16(R11), [V1.T]; \
	VLD1.P 16(R12), [V2.T]; \
	VLD1.P 16(R13), [V3.T]; \
	VLD1.P 16(R14), [V4.T]; \
	VLD1.P 16(R15), [V5.T]; \
	VLD1.P 16(R19), [V6.T]; \
	VLD1.P 16(R20), [V7.T]

// START loads the arguments of a sum function: R0 dst, R2 strip, R4 positions,
// R5 columns left, R8 weights, R9 taps, R6 minus the shift, R3 the rounding term.
#define START \
	MOVD dst_base+0(FP), R0;      \
	MOVD strip_base+24(FP), R2;   \
	MOVD pos_base+48(FP), R4;     \
	MOVD pos_len+56(FP), R5;      \
	MOVD weights_base+72(FP), R8; \
	MOVD taps+96(FP), R9;         \
	MOVD shift+104(FP), R6;       \
	SUB  $1, R6, R7;              \
	MOVD $1, R3;                  \
	LSL  R7, R3, R3;              \
	NEG  R6, R6

// func turnWordsNEON(strip, src []int16, stride, width int)
//
// Interleaving rows that are four apart, three times over, transposes.
TEXT ·turnWordsNEON(SB), NOSPLIT, $0-64
	ROWS(1)

turnWords:
	LOAD(H8)
	VZIP1  V4.H8, V0.H8, V16.H8 // rows 0, 4 of columns 0-3
	VZIP2  V4.H8, V0.H8, V17.H8 // of columns 4-7
	VZIP1  V5.H8, V1.H8, V18.H8
	VZIP2  V5.H8, V1.H8, V19.H8
	VZIP1  V6.H8, V2.H8, V20.H8
	VZIP2  V6.H8, V2.H8, V21.H8
	VZIP1  V7.H8, V3.H8, V22.H8
	VZIP2  V7.H8, V3.H8, V23.H8
	VZIP1  V20.H8, V16.H8, V0.H8 // even rows of columns 0, 1
	VZIP2  V20.H8, V16.H8, V1.H8 // 2, 3
	VZIP1  V21.H8, V17.H8, V2.H8 // 4, 5
	VZIP2  V21.H8, V17.H8, V3.H8 // 6, 7
	VZIP1  V22.H8, V18.H8, V4.H8 // odd rows
	VZIP2  V22.H8, V18.H8, V5.H8
	VZIP1  V23.H8, V19.H8, V6.H8
	VZIP2  V23.H8, V19.H8, V7.H8
	VZIP1  V4.H8, V0.H8, V16.H8
	VZIP2  V4.H8, V0.H8, V17.H8
	VZIP1  V5.H8, V1.H8, V18.H8
	VZIP2  V5.H8, V1.H8, V19.H8
	VZIP1  V6.H8, V2.H8, V20.H8
	VZIP2  V6.H8, V2.H8, V21.H8
	VZIP1  V7.H8, V3.H8, V22.H8
	VZIP2  V7.H8, V3.H8, V23.H8
	VST1.P [V16.H8, V17.H8, V18.H8, V19.H8], 64(R0)
	VST1.P [V20.H8, V21.H8, V22.H8, V23.H8], 64(R0)
	SUBS   $8, R1
	BNE    turnWords
	RET

// func turnWideNEON(strip, src []int32, stride, width int)
TEXT ·turnWideNEON(SB), NOSPLIT, $0-64
	ROWS(2)

turnWide:
	LOAD(S4)
	VZIP1  V2.S4, V0.S4, V24.S4   // rows 0, 2 of columns 0, 1
	VZIP2  V2.S4, V0.S4, V25.S4   // of columns 2, 3
	VZIP1  V3.S4, V1.S4, V26.S4   // rows 1, 3
	VZIP2  V3.S4, V1.S4, V27.S4
	VZIP1  V6.S4, V4.S4, V28.S4   // rows 4, 6
	VZIP2  V6.S4, V4.S4, V29.S4
	VZIP1  V7.S4, V5.S4, V30.S4   // rows 5, 7
	VZIP2  V7.S4, V5.S4, V31.S4
	VZIP1  V26.S4, V24.S4, V16.S4 // rows 0-3 of column 0
	VZIP1  V30.S4, V28.S4, V17.S4 // rows 4-7
	VZIP2  V26.S4, V24.S4, V18.S4 // column 1
	VZIP2  V30.S4, V28.S4, V19.S4
	VZIP1  V27.S4, V25.S4, V20.S4 // column 2
	VZIP1  V31.S4, V29.S4, V21.S4
	VZIP2  V27.S4, V25.S4, V22.S4 // column 3
	VZIP2  V31.S4, V29.S4, V23.S4
	VST1.P [V16.S4, V17.S4, V18.S4, V19.S4], 64(R0)
	VST1.P [V20.S4, V21.S4, V22.S4, V23.S4], 64(R0)
	SUBS   $4, R1
	BNE    turnWide
	RET

// func sumWordsNEON(dst, strip []int16, pos []int32, weights []int16, taps int, shift uint)
TEXT ·sumWordsNEON(SB), NOSPLIT, $0-112
	START
	VDUP R3, V30.S4
	VDUP R6, V31.S4

words:
	MOVW.P 4(R4), R7
	ADD    R7<<4, R2, R7       // a column of eight rows is 16 bytes
	MOVD   R9, R10
	VMOV   V30.B16, V0.B16     // rows 0-3
	VMOV   V30.B16, V1.B16     // rows 4-7

wordsTap:
	VLD1R.P 2(R8), [V16.H8]
	VLD1R.P 2(R8), [V17.H8]
	VLD1.P  32(R7), [V4.H8, V5.H8]
	SMLAL4S(16, 4, 0)
	SMLAL2_4S(16, 4, 1)
	SMLAL4S(17, 5, 0)
	SMLAL2_4S(17, 5, 1)
	SUBS    $2, R10
	BNE     wordsTap

	SSHL4S(31, 0, 0)
	SSHL4S(31, 1, 1)
	SQXTN4H(0, 4)
	SQXTN2_8H(1, 4)
	VST1.P [V4.H8], 16(R0)
	SUBS   $1, R5
	BNE    words
	RET

// func sumWideNEON(dst, strip []int32, pos []int32, weights []int32, taps int, shift uint)
TEXT ·sumWideNEON(SB), NOSPLIT, $0-112
	START
	VDUP R3, V30.D2
	VDUP R6, V31.D2

wide:
	MOVW.P 4(R4), R7
	ADD    R7<<5, R2, R7       // a column of eight rows is 32 bytes
	MOVD   R9, R10
	VMOV   V30.B16, V0.B16     // rows 0, 1
	VMOV   V30.B16, V1.B16     // rows 2, 3
	VMOV   V30.B16, V2.B16
	VMOV   V30.B16, V3.B16

wideTap:
	VLD1R.P 4(R8), [V16.S4]
	VLD1.P  32(R7), [V4.S4, V5.S4]
	SMLAL2D(16, 4, 0)
	SMLAL2_2D(16, 4, 1)
	SMLAL2D(16, 5, 2)
	SMLAL2_2D(16, 5, 3)
	SUBS    $1, R10
	BNE     wideTap

	SSHL2D(31, 0, 0)
	SSHL2D(31, 1, 1)
	SSHL2D(31, 2, 2)
	SSHL2D(31, 3, 3)
	SQXTN2S(0, 4)
	SQXTN2_4S(1, 4)
	SQXTN2S(2, 5)
	SQXTN2_4S(3, 5)
	VST1.P [V4.S4, V5.S4], 32(R0)
	SUBS   $1, R5
	BNE    wide
	RET
