//go:build !purego

#include "textflag.h"

// Conversions with AVX2. Rounding adds half a unit with saturation: a level of
// which that changes the sum is far above 255 either way.

DATA half<>+0(SB)/4, $0x00200020 // 1 << (Frac-1) in each word
GLOBL half<>(SB), RODATA|NOPTR, $4

// func widenAVX2(dst []int16, src []byte)
TEXT ·widenAVX2(SB), NOSPLIT, $0-48
	MOVQ dst_base+0(FP), DI
	MOVQ dst_len+8(FP), CX
	MOVQ src_base+24(FP), SI

widen:
	VPMOVZXBW (SI), Y0
	VPSLLW    $6, Y0, Y0
	VMOVDQU   Y0, (DI)
	ADDQ      $16, SI
	ADDQ      $32, DI
	SUBQ      $16, CX
	JNE       widen
	VZEROUPPER
	RET

// func narrowAVX2(dst []byte, src []int16)
TEXT ·narrowAVX2(SB), NOSPLIT, $0-48
	MOVQ         dst_base+0(FP), DI
	MOVQ         dst_len+8(FP), CX
	MOVQ         src_base+24(FP), SI
	VPBROADCASTD half<>(SB), Y15

narrow:
	VPADDSW   (SI), Y15, Y0
	VPADDSW   32(SI), Y15, Y1
	VPSRAW    $6, Y0, Y0
	VPSRAW    $6, Y1, Y1
	VPACKUSWB Y1, Y0, Y0      // samples 0-7, 16-23; 8-15, 24-31
	VPERMQ    $0xd8, Y0, Y0
	VMOVDQU   Y0, (DI)
	ADDQ      $64, SI
	ADDQ      $32, DI
	SUBQ      $32, CX
	JNE       narrow
	VZEROUPPER
	RET

// COLUMN loads column J into the lower lane of Y and column J+8 into the upper.
#define COLUMN(J, X, Y) \
	VMOVDQU     (16*J)(SI), X;           \
	VINSERTI128 $1, (16*J+128)(SI), Y, Y

// ROUND rounds the levels in Y.
#define ROUND(Y) \
	VPADDSW Y15, Y, Y; \
	VPSRAW  $6, Y, Y

// The addresses of rows: DI row 0, R10 row 4, DX the distance, R8 three times that.
#define ROWS \
	LEAQ (DX)(DX*2), R8;  \
	LEAQ (DI)(DX*4), R10

// TWOROWS stores the 16 bytes of each of two rows: Y has the first 8 bytes of
// both, then the last 8 of both.
#define TWOROWS(X, Y, ROWA, ROWB) \
	VPERMQ       $0xd8, Y, Y;    \
	VMOVDQU      X, ROWA;        \
	VEXTRACTI128 $1, Y, ROWB

// func rowBytesAVX2(dst []byte, stride int, cols []int16)
//
// For 16 columns: round, pack columns j and j+4 of either lane to bytes, then
// interleave three times: bytes of neighbouring columns, words, double words.
TEXT ·rowBytesAVX2(SB), NOSPLIT, $0-56
	MOVQ         dst_base+0(FP), DI
	MOVQ         stride+24(FP), DX
	MOVQ         cols_base+32(FP), SI
	MOVQ         cols_len+40(FP), CX
	VPBROADCASTD half<>(SB), Y15
	ROWS

rowBytes:
	COLUMN(0, X0, Y0)
	COLUMN(1, X1, Y1)
	COLUMN(2, X2, Y2)
	COLUMN(3, X3, Y3)
	COLUMN(4, X4, Y4)
	COLUMN(5, X5, Y5)
	COLUMN(6, X6, Y6)
	COLUMN(7, X7, Y7)
	ROUND(Y0)
	ROUND(Y1)
	ROUND(Y2)
	ROUND(Y3)
	ROUND(Y4)
	ROUND(Y5)
	ROUND(Y6)
	ROUND(Y7)
	VPACKUSWB  Y4, Y0, Y0
	VPACKUSWB  Y5, Y1, Y1
	VPACKUSWB  Y6, Y2, Y2
	VPACKUSWB  Y7, Y3, Y3
	VPUNPCKLBW Y1, Y0, Y4     // columns 0, 1 of rows 0-7
	VPUNPCKHBW Y1, Y0, Y5     // columns 4, 5
	VPUNPCKLBW Y3, Y2, Y6     // columns 2, 3
	VPUNPCKHBW Y3, Y2, Y7     // columns 6, 7
	VPUNPCKLWD Y6, Y4, Y0     // columns 0-3 of rows 0-3
	VPUNPCKHWD Y6, Y4, Y1     // columns 0-3 of rows 4-7
	VPUNPCKLWD Y7, Y5, Y2     // columns 4-7 of rows 0-3
	VPUNPCKHWD Y7, Y5, Y3     // columns 4-7 of rows 4-7
	VPUNPCKLDQ Y2, Y0, Y4     // rows 0, 1
	VPUNPCKHDQ Y2, Y0, Y5     // rows 2, 3
	VPUNPCKLDQ Y3, Y1, Y6     // rows 4, 5
	VPUNPCKHDQ Y3, Y1, Y7     // rows 6, 7
	TWOROWS(X4, Y4, (DI), (DI)(DX*1))
	TWOROWS(X5, Y5, (DI)(DX*2), (DI)(R8*1))
	TWOROWS(X6, Y6, (R10), (R10)(DX*1))
	TWOROWS(X7, Y7, (R10)(DX*2), (R10)(R8*1))
	ADDQ       $256, SI
	ADDQ       $16, DI
	ADDQ       $16, R10
	SUBQ       $128, CX
	JNE        rowBytes
	VZEROUPPER
	RET

// func columnBytesAVX2(dst []byte, stride int, cols []int16)
TEXT ·columnBytesAVX2(SB), NOSPLIT, $0-56
	MOVQ         dst_base+0(FP), DI
	MOVQ         stride+24(FP), DX
	MOVQ         cols_base+32(FP), SI
	MOVQ         cols_len+40(FP), CX
	VPBROADCASTD half<>(SB), Y15
	LEAQ         (DX)(DX*2), R8

columnBytes:
	VMOVDQU      (SI), Y0
	VMOVDQU      32(SI), Y1
	ROUND(Y0)
	ROUND(Y1)
	VPACKUSWB    Y1, Y0, Y0   // columns 0, 2; 1, 3
	VEXTRACTI128 $1, Y0, X1
	VMOVQ        X0, (DI)
	VMOVQ        X1, (DI)(DX*1)
	VMOVHPS      X0, (DI)(DX*2)
	VMOVHPS      X1, (DI)(R8*1)
	ADDQ         $64, SI
	LEAQ         (DI)(DX*4), DI
	SUBQ         $32, CX
	JNE          columnBytes
	VZEROUPPER
	RET

// func rowWordsAVX2(dst []int16, stride int, cols []int16)
//
// For 16 columns: transpose 8x8 words in either lane.
TEXT ·rowWordsAVX2(SB), NOSPLIT, $0-56
	MOVQ dst_base+0(FP), DI
	MOVQ stride+24(FP), DX
	MOVQ cols_base+32(FP), SI
	MOVQ cols_len+40(FP), CX
	SHLQ $1, DX
	ROWS

rowWords:
	COLUMN(0, X0, Y0)
	COLUMN(1, X1, Y1)
	COLUMN(2, X2, Y2)
	COLUMN(3, X3, Y3)
	COLUMN(4, X4, Y4)
	COLUMN(5, X5, Y5)
	COLUMN(6, X6, Y6)
	COLUMN(7, X7, Y7)
	VPUNPCKLWD  Y1, Y0, Y8    // columns 0, 1 of rows 0-3
	VPUNPCKHWD  Y1, Y0, Y9    // columns 0, 1 of rows 4-7
	VPUNPCKLWD  Y3, Y2, Y10   // columns 2, 3
	VPUNPCKHWD  Y3, Y2, Y11
	VPUNPCKLWD  Y5, Y4, Y12   // columns 4, 5
	VPUNPCKHWD  Y5, Y4, Y13
	VPUNPCKLWD  Y7, Y6, Y14   // columns 6, 7
	VPUNPCKHWD  Y7, Y6, Y15
	VPUNPCKLDQ  Y10, Y8, Y0   // columns 0-3 of rows 0, 1
	VPUNPCKHDQ  Y10, Y8, Y1   // rows 2, 3
	VPUNPCKLDQ  Y11, Y9, Y2   // rows 4, 5
	VPUNPCKHDQ  Y11, Y9, Y3   // rows 6, 7
	VPUNPCKLDQ  Y14, Y12, Y4  // columns 4-7 of rows 0, 1
	VPUNPCKHDQ  Y14, Y12, Y5
	VPUNPCKLDQ  Y15, Y13, Y6
	VPUNPCKHDQ  Y15, Y13, Y7
	VPUNPCKLQDQ Y4, Y0, Y8
	VPUNPCKHQDQ Y4, Y0, Y9
	VPUNPCKLQDQ Y5, Y1, Y10
	VPUNPCKHQDQ Y5, Y1, Y11
	VPUNPCKLQDQ Y6, Y2, Y12
	VPUNPCKHQDQ Y6, Y2, Y13
	VPUNPCKLQDQ Y7, Y3, Y14
	VPUNPCKHQDQ Y7, Y3, Y15
	VMOVDQU     Y8, (DI)
	VMOVDQU     Y9, (DI)(DX*1)
	VMOVDQU     Y10, (DI)(DX*2)
	VMOVDQU     Y11, (DI)(R8*1)
	VMOVDQU     Y12, (R10)
	VMOVDQU     Y13, (R10)(DX*1)
	VMOVDQU     Y14, (R10)(DX*2)
	VMOVDQU     Y15, (R10)(R8*1)
	ADDQ        $256, SI
	ADDQ        $32, DI
	ADDQ        $32, R10
	SUBQ        $128, CX
	JNE         rowWords
	VZEROUPPER
	RET
