//go:build !purego

#include "textflag.h"

// PNG's filters with AVX2, 32 bytes at a time, all in bytes: nothing is widened.

// START loads the pointers to the output and the row.
#define START \
	MOVQ out_base+0(FP), DI; \
	MOVQ out_len+8(FP), CX;  \
	MOVQ x_base+24(FP), SI;  \
	XORQ AX, AX

// NEXT goes on to the next unit.
#define NEXT(LOOP) \
	VMOVDQU Y0, (DI)(AX*1); \
	ADDQ    $32, AX;        \
	CMPQ    AX, CX;         \
	JLT     LOOP;           \
	VZEROUPPER;             \
	RET

// func subtractAVX2(out, x, y []byte)
TEXT ·subtractAVX2(SB), NOSPLIT, $0-72
	START
	MOVQ y_base+48(FP), R8

subtract:
	VMOVDQU (SI)(AX*1), Y0
	VPSUBB  (R8)(AX*1), Y0, Y0
	NEXT(subtract)

// func averageAVX2(out, x, a, b []byte)
TEXT ·averageAVX2(SB), NOSPLIT, $0-96
	START
	MOVQ     a_base+48(FP), R8
	MOVQ     b_base+72(FP), R9
	VPCMPEQB Y15, Y15, Y15
	VPABSB   Y15, Y15               // 1 in each byte

average:
	VMOVDQU (R8)(AX*1), Y1
	VMOVDQU (R9)(AX*1), Y2
	VPAVGB  Y2, Y1, Y3              // rounded up
	VPXOR   Y2, Y1, Y1
	VPAND   Y15, Y1, Y1             // 1 where the sum is odd
	VPSUBB  Y1, Y3, Y3
	VMOVDQU (SI)(AX*1), Y0
	VPSUBB  Y3, Y0, Y0
	NEXT(average)

// Let pa = |b-c|, pb = |a-c|, pc = |(b-c) + (a-c)|. Where both differences have
// one sign, pc is pa+pb, which is not less than either, also when it saturates;
// otherwise it is |pa-pb|. A difference of 0 may count as either.
//
// func paethAVX2(out, x, a, b, c []byte)
TEXT ·paethAVX2(SB), NOSPLIT, $0-120
	START
	MOVQ a_base+48(FP), R8
	MOVQ b_base+72(FP), R9
	MOVQ c_base+96(FP), R10

paeth:
	VMOVDQU   (R8)(AX*1), Y1        // a
	VMOVDQU   (R9)(AX*1), Y2        // b
	VMOVDQU   (R10)(AX*1), Y3       // c
	VPMAXUB   Y3, Y1, Y4
	VPMAXUB   Y3, Y2, Y5
	VPCMPEQB  Y1, Y4, Y6            // a >= c
	VPCMPEQB  Y2, Y5, Y7            // b >= c
	VPCMPEQB  Y6, Y7, Y6            // one sign
	VPMINUB   Y3, Y1, Y7
	VPSUBB    Y7, Y4, Y4            // pb
	VPMINUB   Y3, Y2, Y7
	VPSUBB    Y7, Y5, Y5            // pa
	VPADDUSB  Y5, Y4, Y8
	VPMAXUB   Y5, Y4, Y9
	VPMINUB   Y5, Y4, Y10
	VPSUBB    Y10, Y9, Y9
	VPBLENDVB Y6, Y8, Y9, Y8        // pc
	VPMINUB   Y8, Y4, Y9            // the less of pb and pc
	VPCMPEQB  Y9, Y4, Y10           // pb <= pc
	VPBLENDVB Y10, Y2, Y3, Y3       // b or c
	VPMINUB   Y9, Y5, Y9
	VPCMPEQB  Y9, Y5, Y10           // pa is the least
	VPBLENDVB Y10, Y1, Y3, Y3       // a or those
	VMOVDQU   (SI)(AX*1), Y0
	VPSUBB    Y3, Y0, Y0
	NEXT(paeth)

// func sumAbsAVX2(row []byte) uint64
TEXT ·sumAbsAVX2(SB), NOSPLIT, $0-32
	MOVQ  row_base+0(FP), SI
	MOVQ  row_len+8(FP), CX
	XORQ  AX, AX
	VPXOR Y0, Y0, Y0
	VPXOR Y15, Y15, Y15

sum:
	VPABSB  (SI)(AX*1), Y1
	VPSADBW Y15, Y1, Y1
	VPADDQ  Y1, Y0, Y0
	ADDQ    $32, AX
	CMPQ    AX, CX
	JLT     sum

	VEXTRACTI128 $1, Y0, X1
	VPADDQ       X1, X0, X0
	VPSRLDQ      $8, X0, X1
	VPADDQ       X1, X0, X0
	VMOVQ        X0, AX
	MOVQ         AX, ret+24(FP)
	VZEROUPPER
	RET
