//go:build !purego

#include "textflag.h"

// K is constant i of the table at BX.
#define K(i) (32*(i))(BX)

// RECEPTOR makes the cube root of what a receptor takes of red (Y0), green (Y1)
// and blue (Y2), less the root of the bias, in X; W is the first of its three
// weights. It uses R and E.
#define RECEPTOR(W, X, R, E) \
	VMULPS     K(W+2), Y2, X; \
	VADDPS     K(9), X, X; \
	VMULPS     K(W+1), Y1, R; \
	VADDPS     X, R, X; \
	VMULPS     K(W), Y0, R; \
	VADDPS     X, R, X; \
	VCVTDQ2PS  X, R; \
	VMULPS     Y12, R, R; \
	VCVTTPS2DQ R, R; \
	VPSUBD     R, Y13, R; \
	REFINE(X, R, E) \
	REFINE(X, R, E) \
	VMULPS     R, X, X; \
	VMULPS     R, X, X; \
	VSUBPS     K(10), X, X

// REFINE brings R nearer to one by the cube root of X.
#define REFINE(X, R, E) \
	VMULPS R, X, E; \
	VMULPS R, E, E; \
	VMULPS R, E, E; \
	VSUBPS E, Y14, E; \
	VMULPS Y15, E, Y11; \
	VADDPS Y12, Y11, Y11; \
	VMULPS E, Y11, Y11; \
	VMULPS R, Y11, Y11; \
	VADDPS Y11, R, R;

// func xybAVX2(dst, src *Planes, n int, k *table)
TEXT ·xybAVX2(SB), NOSPLIT, $0-32
	MOVQ    dst+0(FP), DI
	MOVQ    src+8(FP), SI
	MOVQ    n+16(FP), CX
	MOVQ    k+24(FP), BX
	MOVQ    0(DI), R8
	MOVQ    24(DI), R9
	MOVQ    48(DI), R10
	MOVQ    0(SI), R11
	MOVQ    24(SI), R12
	MOVQ    48(SI), R13
	VMOVUPS K(12), Y12
	VMOVUPS K(11), Y13
	VMOVUPS K(14), Y14
	VMOVUPS K(13), Y15
	XORQ    AX, AX

pixels:
	VMOVUPS (R11)(AX*4), Y0
	VMOVUPS (R12)(AX*4), Y1
	VMOVUPS (R13)(AX*4), Y2
	RECEPTOR(0, Y3, Y6, Y7)
	RECEPTOR(3, Y4, Y8, Y9)
	RECEPTOR(6, Y5, Y6, Y7)
	VSUBPS  Y4, Y3, Y0
	VMULPS  K(15), Y0, Y0
	VADDPS  Y4, Y3, Y1
	VMULPS  K(15), Y1, Y1
	VMULPS  K(16), Y0, Y0
	VSUBPS  Y1, Y5, Y2
	VADDPS  K(17), Y1, Y1
	VMOVUPS Y0, (R8)(AX*4)
	VMOVUPS Y1, (R9)(AX*4)
	VMOVUPS Y2, (R10)(AX*4)
	ADDQ    $8, AX
	CMPQ    AX, CX
	JLT     pixels
	VZEROUPPER
	RET

// PAIR adds rows U (above) and D (below) with weight W to the five sums in Y2 to Y6.
#define PAIR(U, D, W) \
	MOVQ    (24*(U))(SI), R8; \
	VMOVUPS (R8)(AX*4), Y0; \
	MOVQ    (24*(D))(SI), R8; \
	VMOVUPS (R8)(AX*4), Y1; \
	MOVQ    (24*(U))(DI), R8; \
	VMOVUPS (R8)(AX*4), Y7; \
	MOVQ    (24*(D))(DI), R8; \
	VMOVUPS (R8)(AX*4), Y8; \
	VADDPS  Y1, Y0, Y9; \
	VMULPS  W, Y9, Y9; \
	VADDPS  Y9, Y2, Y2; \
	VADDPS  Y8, Y7, Y9; \
	VMULPS  W, Y9, Y9; \
	VADDPS  Y9, Y3, Y3; \
	VMULPS  Y7, Y0, Y9; \
	VMULPS  Y8, Y1, Y10; \
	VADDPS  Y10, Y9, Y9; \
	VMULPS  W, Y9, Y9; \
	VADDPS  Y9, Y6, Y6; \
	VMULPS  Y0, Y0, Y0; \
	VMULPS  Y1, Y1, Y1; \
	VADDPS  Y1, Y0, Y0; \
	VMULPS  W, Y0, Y0; \
	VADDPS  Y0, Y4, Y4; \
	VMULPS  Y7, Y7, Y7; \
	VMULPS  Y8, Y8, Y8; \
	VADDPS  Y8, Y7, Y7; \
	VMULPS  W, Y7, Y7; \
	VADDPS  Y7, Y5, Y5

// func columnsAVX2(dst *Sums, ref, dist *Rows, n int, k *table)
TEXT ·columnsAVX2(SB), NOSPLIT, $0-40
	MOVQ    dst+0(FP), DX
	MOVQ    ref+8(FP), SI
	MOVQ    dist+16(FP), DI
	MOVQ    n+24(FP), CX
	MOVQ    k+32(FP), BX
	MOVQ    0(DX), R9
	MOVQ    24(DX), R10
	MOVQ    48(DX), R11
	MOVQ    72(DX), R12
	MOVQ    96(DX), R13
	VMOVUPS K(18), Y11
	VMOVUPS K(19), Y12
	VMOVUPS K(20), Y13
	VMOVUPS K(21), Y14
	VMOVUPS K(22), Y15
	XORQ    AX, AX

blocks:
	MOVQ    (24*4)(SI), R8
	VMOVUPS (R8)(AX*4), Y0
	MOVQ    (24*4)(DI), R8
	VMOVUPS (R8)(AX*4), Y1
	VMULPS  Y11, Y0, Y2
	VMULPS  Y11, Y1, Y3
	VMULPS  Y0, Y0, Y4
	VMULPS  Y11, Y4, Y4
	VMULPS  Y1, Y1, Y5
	VMULPS  Y11, Y5, Y5
	VMULPS  Y1, Y0, Y6
	VMULPS  Y11, Y6, Y6
	PAIR(3, 5, Y12)
	PAIR(2, 6, Y13)
	PAIR(1, 7, Y14)
	PAIR(0, 8, Y15)
	VMOVUPS Y2, 32(R9)(AX*4)  // behind the margin
	VMOVUPS Y3, 32(R10)(AX*4)
	VMOVUPS Y4, 32(R11)(AX*4)
	VMOVUPS Y5, 32(R12)(AX*4)
	VMOVUPS Y6, 32(R13)(AX*4)
	ADDQ    $8, AX
	CMPQ    AX, CX
	JLT     blocks
	VZEROUPPER
	RET

// ACROSS blurs the samples behind the margin of row P in X. It uses Y15.
#define ACROSS(P, X) \
	VMOVUPS 32(P)(AX*4), X; \
	VMULPS  K(18), X, X; \
	VMOVUPS 28(P)(AX*4), Y15; \
	VADDPS  36(P)(AX*4), Y15, Y15; \
	VMULPS  K(19), Y15, Y15; \
	VADDPS  Y15, X, X; \
	VMOVUPS 24(P)(AX*4), Y15; \
	VADDPS  40(P)(AX*4), Y15, Y15; \
	VMULPS  K(20), Y15, Y15; \
	VADDPS  Y15, X, X; \
	VMOVUPS 20(P)(AX*4), Y15; \
	VADDPS  44(P)(AX*4), Y15, Y15; \
	VMULPS  K(21), Y15, Y15; \
	VADDPS  Y15, X, X; \
	VMOVUPS 16(P)(AX*4), Y15; \
	VADDPS  48(P)(AX*4), Y15, Y15; \
	VMULPS  K(22), Y15, Y15; \
	VADDPS  Y15, X, X

// COUNT adds the error E to S1 and its fourth power to S4, and changes E.
#define COUNT(E, S1, S4) \
	VADDPS E, S1, S1; \
	VMULPS E, E, E; \
	VMULPS E, E, E; \
	VADDPS E, S4, S4

// func errorsAVX2(t *Totals, blurred *Sums, ref, dist []float32, n int, k *table)
TEXT ·errorsAVX2(SB), NOSPLIT, $0-80
	MOVQ    t+0(FP), DX
	MOVQ    blurred+8(FP), AX
	MOVQ    ref_base+16(FP), SI
	MOVQ    dist_base+40(FP), DI
	MOVQ    n+64(FP), CX
	MOVQ    k+72(FP), BX
	MOVQ    0(AX), R9
	MOVQ    24(AX), R10
	MOVQ    48(AX), R11
	MOVQ    72(AX), R12
	MOVQ    96(AX), R13
	VMOVUPS 0(DX), Y0
	VMOVUPS 32(DX), Y1
	VMOVUPS 64(DX), Y2
	VMOVUPS 96(DX), Y3
	VMOVUPS 128(DX), Y4
	VMOVUPS 160(DX), Y5
	XORQ    AX, AX

columns:
	// The columns that are left, 8 at most, choose the mask.
	MOVQ    CX, R8
	SUBQ    AX, R8
	CMPQ    R8, $8
	JLE     few
	MOVQ    $8, R8

few:
	NEGQ    R8
	LEAQ    (32*26)(BX)(R8*4), R8

	ACROSS(R9, Y6)
	ACROSS(R10, Y7)
	ACROSS(R11, Y8)
	ACROSS(R12, Y9)
	ACROSS(R13, Y10)

	// Edges, while the means are there.
	VMOVUPS (SI)(AX*4), Y11
	VSUBPS  Y6, Y11, Y11
	VANDPS  K(24), Y11, Y11
	VMOVUPS (DI)(AX*4), Y12
	VSUBPS  Y7, Y12, Y12
	VANDPS  K(24), Y12, Y12
	VSUBPS  Y11, Y12, Y12
	VADDPS  K(14), Y11, Y11
	VDIVPS  Y11, Y12, Y12
	VANDPS  (R8), Y12, Y12
	VXORPS  Y15, Y15, Y15
	VMAXPS  Y15, Y12, Y11
	VSUBPS  Y12, Y15, Y12
	VMAXPS  Y15, Y12, Y12
	COUNT(Y11, Y2, Y3)
	COUNT(Y12, Y4, Y5)

	// Variances and the covariance.
	VMULPS  Y6, Y6, Y11
	VSUBPS  Y11, Y8, Y8
	VMULPS  Y7, Y7, Y11
	VSUBPS  Y11, Y9, Y9
	VMULPS  Y7, Y6, Y11
	VSUBPS  Y11, Y10, Y10

	// Structure.
	VSUBPS  Y7, Y6, Y6
	VMULPS  Y6, Y6, Y6
	VMOVUPS K(14), Y7
	VSUBPS  Y6, Y7, Y6
	VADDPS  Y10, Y10, Y10
	VADDPS  K(23), Y10, Y10
	VADDPS  Y9, Y8, Y8
	VADDPS  K(23), Y8, Y8
	VMULPS  Y10, Y6, Y6
	VSUBPS  Y6, Y8, Y6
	VDIVPS  Y8, Y6, Y6
	VANDPS  (R8), Y6, Y6
	VMAXPS  Y15, Y6, Y6
	COUNT(Y6, Y0, Y1)

	ADDQ    $8, AX
	CMPQ    AX, CX
	JLT     columns
	VMOVUPS Y0, 0(DX)
	VMOVUPS Y1, 32(DX)
	VMOVUPS Y2, 64(DX)
	VMOVUPS Y3, 96(DX)
	VMOVUPS Y4, 128(DX)
	VMOVUPS Y5, 160(DX)
	VZEROUPPER
	RET
