//go:build !purego

#include "textflag.h"

// Conversions with NEON. SQRSHRUN is all of narrowing: round half up, shift,
// clamp to unsigned bytes, without a wrap on the way.
//
// The macros are instructions that the Go assembler lacks; n and d are the
// numbers of registers.

#define SQRSHRUN(n, d)  WORD $(0x2f0a8c00 | (n)<<5 | (d)) // sqrshrun  vd.8b, vn.8h, #6
#define SQRSHRUN2(n, d) WORD $(0x6f0a8c00 | (n)<<5 | (d)) // sqrshrun2 vd.16b, vn.8h, #6

// func widenNEON(dst []int16, src []byte)
TEXT ·widenNEON(SB), NOSPLIT, $0-48
	MOVD dst_base+0(FP), R0
	MOVD dst_len+8(FP), R1
	MOVD src_base+24(FP), R2

widen:
	VLD1.P   16(R2), [V0.B16]
	VUSHLL   $6, V0.B8, V1.H8
	VUSHLL2  $6, V0.B16, V2.H8
	VST1.P   [V1.H8, V2.H8], 32(R0)
	SUBS     $16, R1
	BNE      widen
	RET

// func narrowNEON(dst []byte, src []int16)
TEXT ·narrowNEON(SB), NOSPLIT, $0-48
	MOVD dst_base+0(FP), R0
	MOVD dst_len+8(FP), R1
	MOVD src_base+24(FP), R2

narrow:
	VLD1.P 32(R2), [V0.H8, V1.H8]
	SQRSHRUN(0, 2)
	SQRSHRUN2(1, 2)
	VST1.P [V2.B16], 16(R0)
	SUBS   $16, R1
	BNE    narrow
	RET

// ROWS makes the addresses of rows 0 to 7 in R10 to R15, R19 and R20.
#define ROWS \
	ADD R3, R10, R11; \
	ADD R3, R11, R12; \
	ADD R3, R12, R13; \
	ADD R3, R13, R14; \
	ADD R3, R14, R15; \
	ADD R3, R15, R19; \
	ADD R3, R19, R20

// func rowBytesNEON(dst []byte, stride int, cols []int16)
//
// For 8 columns: narrow columns j and j+4 into one register each; interleaving
// neighbours three times transposes.
TEXT ·rowBytesNEON(SB), NOSPLIT, $0-56
	MOVD dst_base+0(FP), R10
	MOVD stride+24(FP), R3
	MOVD cols_base+32(FP), R2
	MOVD cols_len+40(FP), R1
	ROWS

rowBytes:
	VLD1.P 64(R2), [V0.H8, V1.H8, V2.H8, V3.H8]
	VLD1.P 64(R2), [V4.H8, V5.H8, V6.H8, V7.H8]
	SQRSHRUN(0, 16)
	SQRSHRUN(1, 17)
	SQRSHRUN(2, 18)
	SQRSHRUN(3, 19)
	SQRSHRUN2(4, 16)
	SQRSHRUN2(5, 17)
	SQRSHRUN2(6, 18)
	SQRSHRUN2(7, 19)
	VZIP1  V17.B16, V16.B16, V0.B16 // columns 0, 1 of rows 0-7
	VZIP2  V17.B16, V16.B16, V1.B16 // columns 4, 5
	VZIP1  V19.B16, V18.B16, V2.B16 // columns 2, 3
	VZIP2  V19.B16, V18.B16, V3.B16 // columns 6, 7
	VZIP1  V2.H8, V0.H8, V4.H8      // columns 0-3 of rows 0-3
	VZIP2  V2.H8, V0.H8, V5.H8      // of rows 4-7
	VZIP1  V3.H8, V1.H8, V6.H8      // columns 4-7 of rows 0-3
	VZIP2  V3.H8, V1.H8, V7.H8
	VZIP1  V6.S4, V4.S4, V0.S4      // rows 0, 1
	VZIP2  V6.S4, V4.S4, V1.S4      // rows 2, 3
	VZIP1  V7.S4, V5.S4, V2.S4      // rows 4, 5
	VZIP2  V7.S4, V5.S4, V3.S4      // rows 6, 7
	VST1.P V0.D[0], 8(R10)
	VST1.P V0.D[1], 8(R11)
	VST1.P V1.D[0], 8(R12)
	VST1.P V1.D[1], 8(R13)
	VST1.P V2.D[0], 8(R14)
	VST1.P V2.D[1], 8(R15)
	VST1.P V3.D[0], 8(R19)
	VST1.P V3.D[1], 8(R20)
	SUBS   $64, R1
	BNE    rowBytes
	RET

// func columnBytesNEON(dst []byte, stride int, cols []int16)
TEXT ·columnBytesNEON(SB), NOSPLIT, $0-56
	MOVD dst_base+0(FP), R0
	MOVD stride+24(FP), R3
	MOVD cols_base+32(FP), R2
	MOVD cols_len+40(FP), R1

columnBytes:
	VLD1.P 16(R2), [V0.H8]
	SQRSHRUN(0, 1)
	VST1   [V1.B8], (R0)
	ADD    R3, R0
	SUBS   $8, R1
	BNE    columnBytes
	RET

// func rowWordsNEON(dst []int16, stride int, cols []int16)
//
// Interleaving columns that are four apart, three times over, transposes.
TEXT ·rowWordsNEON(SB), NOSPLIT, $0-56
	MOVD dst_base+0(FP), R10
	MOVD stride+24(FP), R3
	MOVD cols_base+32(FP), R2
	MOVD cols_len+40(FP), R1
	LSL  $1, R3
	ROWS

rowWords:
	VLD1.P 64(R2), [V0.H8, V1.H8, V2.H8, V3.H8]
	VLD1.P 64(R2), [V4.H8, V5.H8, V6.H8, V7.H8]
	VZIP1  V4.H8, V0.H8, V16.H8
	VZIP2  V4.H8, V0.H8, V17.H8
	VZIP1  V5.H8, V1.H8, V18.H8
	VZIP2  V5.H8, V1.H8, V19.H8
	VZIP1  V6.H8, V2.H8, V20.H8
	VZIP2  V6.H8, V2.H8, V21.H8
	VZIP1  V7.H8, V3.H8, V22.H8
	VZIP2  V7.H8, V3.H8, V23.H8
	VZIP1  V20.H8, V16.H8, V0.H8
	VZIP2  V20.H8, V16.H8, V1.H8
	VZIP1  V21.H8, V17.H8, V2.H8
	VZIP2  V21.H8, V17.H8, V3.H8
	VZIP1  V22.H8, V18.H8, V4.H8
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
	VST1.P [V16.H8], 16(R10)
	VST1.P [V17.H8], 16(R11)
	VST1.P [V18.H8], 16(R12)
	VST1.P [V19.H8], 16(R13)
	VST1.P [V20.H8], 16(R14)
	VST1.P [V21.H8], 16(R15)
	VST1.P [V22.H8], 16(R19)
	VST1.P [V23.H8], 16(R20)
	SUBS   $64, R1
	BNE    rowWords
	RET
