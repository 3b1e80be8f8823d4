//go:build !purego

#include "textflag.h"

// The macros are instructions that the Go assembler lacks; m, n, d are the
// numbers of registers.

#define UMULL8H(m, n, d)   WORD $(0x2e20c000 | (m)<<16 | (n)<<5 | (d)) // umull  vd.8h, vn.8b, vm.8b
#define UMULL2_8H(m, n, d) WORD $(0x6e20c000 | (m)<<16 | (n)<<5 | (d)) // umull2 vd.8h, vn.16b, vm.16b
#define UMULL4S(m, n, d)   WORD $(0x2e60c000 | (m)<<16 | (n)<<5 | (d)) // umull  vd.4s, vn.4h, vm.4h
#define UMULL2_4S(m, n, d) WORD $(0x6e60c000 | (m)<<16 | (n)<<5 | (d)) // umull2 vd.4s, vn.8h, vm.8h
#define SHRN(n, d)         WORD $(0x0f108400 | (n)<<5 | (d))           // shrn   vd.4h, vn.4s, #16
#define SHRN2(n, d)        WORD $(0x4f108400 | (n)<<5 | (d))           // shrn2  vd.8h, vn.4s, #16
#define CMGT8H(m, n, d)    WORD $(0x4e603400 | (m)<<16 | (n)<<5 | (d)) // cmgt   vd.8h, vn.8h, vm.8h
#define UMINV8H(n, d)      WORD $(0x6e71a800 | (n)<<5 | (d))           // uminv  hd, vn.8h
#define SQRSHRUN(n, d)     WORD $(0x2f0a8c00 | (n)<<5 | (d))           // sqrshrun  vd.8b, vn.8h, #6
#define SQRSHRUN2(n, d)    WORD $(0x6f0a8c00 | (n)<<5 | (d))           // sqrshrun2 vd.16b, vn.8h, #6

// TIMESALPHA multiplies 16 samples in register n with alpha in V3 and scales to
// levels, stored at PTR. V31 has the scale in each word.
#define TIMESALPHA(n, PTR) \
	UMULL8H(3, n, 4);    \
	UMULL2_8H(3, n, 5);  \
	UMULL4S(31, 4, 16);  \
	UMULL2_4S(31, 4, 17); \
	UMULL4S(31, 5, 18);  \
	UMULL2_4S(31, 5, 19); \
	SHRN(16, 4);         \
	SHRN2(17, 4);        \
	SHRN(18, 5);         \
	SHRN2(19, 5);        \
	VST1.P [V4.H8, V5.H8], 32(PTR)

// func premultiplyNEON(r, g, b, a []int16, pix []byte)
TEXT ·premultiplyNEON(SB), NOSPLIT, $0-120
	MOVD r_base+0(FP), R0
	MOVD g_base+24(FP), R1
	MOVD b_base+48(FP), R2
	MOVD a_base+72(FP), R3
	MOVD a_len+80(FP), R4
	MOVD pix_base+96(FP), R5
	MOVD $16449, R6
	VDUP R6, V31.H8

split:
	VLD4.P  64(R5), [V0.B16, V1.B16, V2.B16, V3.B16]
	TIMESALPHA(0, R0)
	TIMESALPHA(1, R1)
	TIMESALPHA(2, R2)
	VUSHLL  $6, V3.B8, V4.H8
	VUSHLL2 $6, V3.B16, V5.H8
	VST1.P  [V4.H8, V5.H8], 32(R3)
	SUBS    $16, R4
	BNE     split
	RET

// func opaqueNEON(pix []byte, r, g, b, a []int16) int
TEXT ·opaqueNEON(SB), NOSPLIT, $0-128
	MOVD pix_base+0(FP), R0
	MOVD r_base+24(FP), R1
	MOVD g_base+48(FP), R2
	MOVD b_base+72(FP), R3
	MOVD a_base+96(FP), R4
	MOVD a_len+104(FP), R5
	MOVD $0, R6
	MOVD $16319, R7             // levels above are opaque
	VDUP R7, V31.H8

join:
	CMP    R5, R6
	BGE    done
	VLD1.P 32(R4), [V4.H8, V5.H8]
	CMGT8H(31, 4, 4)
	CMGT8H(31, 5, 5)
	VAND   V4.B16, V5.B16, V4.B16
	UMINV8H(4, 4)
	VMOV   V4.H[0], R7
	CBZ    R7, done
	VLD1.P 32(R1), [V4.H8, V5.H8]
	VLD1.P 32(R2), [V6.H8, V7.H8]
	VLD1.P 32(R3), [V16.H8, V17.H8]
	SQRSHRUN(4, 0)
	SQRSHRUN2(5, 0)
	SQRSHRUN(6, 1)
	SQRSHRUN2(7, 1)
	SQRSHRUN(16, 2)
	SQRSHRUN2(17, 2)
	VMOVI  $255, V3.B16
	VST4.P [V0.B16, V1.B16, V2.B16, V3.B16], 64(R0)
	ADD    $16, R6
	B      join

done:
	MOVD R6, ret+120(FP)
	RET
