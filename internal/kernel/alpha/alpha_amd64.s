//go:build !purego

#include "textflag.h"

DATA consts<>+0(SB)/4, $0x000000ff  // the lowest byte of a pixel
DATA consts<>+4(SB)/4, $0x40414041  // 16449 in each word
DATA consts<>+8(SB)/4, $0x00200020  // half a unit of a level
DATA consts<>+12(SB)/4, $0x3fbf3fbf // 255*64 - 1: levels above are opaque
GLOBL consts<>(SB), RODATA|NOPTR, $16

// Byte i and byte i+8 side by side.
DATA zip<>+0(SB)/8, $0x0b030a0209010800
DATA zip<>+8(SB)/8, $0x0f070e060d050c04
GLOBL zip<>(SB), RODATA|NOPTR, $16

// WORDS makes words of the double words in A (pixels 0-7) and B (8-15), in order.
#define WORDS(A, B) \
	VPACKUSDW B, A, A; \
	VPERMQ    $0xd8, A, A

// TIMESALPHA multiplies the samples in Y with alpha in Y6 and scales to levels.
#define TIMESALPHA(Y) \
	VPMULLW  Y6, Y, Y; \
	VPMULHUW Y14, Y, Y

// func premultiplyAVX2(r, g, b, a []int16, pix []byte)
TEXT ·premultiplyAVX2(SB), NOSPLIT, $0-120
	MOVQ         r_base+0(FP), R8
	MOVQ         g_base+24(FP), R9
	MOVQ         b_base+48(FP), R10
	MOVQ         a_base+72(FP), R11
	MOVQ         a_len+80(FP), CX
	MOVQ         pix_base+96(FP), SI
	VPBROADCASTD consts<>+0(SB), Y15
	VPBROADCASTD consts<>+4(SB), Y14
	XORQ         AX, AX

split:
	VMOVDQU (SI), Y8
	VMOVDQU 32(SI), Y9
	VPAND   Y15, Y8, Y0
	VPAND   Y15, Y9, Y1
	VPSRLD  $8, Y8, Y2
	VPSRLD  $8, Y9, Y3
	VPSRLD  $16, Y8, Y4
	VPSRLD  $16, Y9, Y5
	VPSRLD  $24, Y8, Y6
	VPSRLD  $24, Y9, Y7
	VPAND   Y15, Y2, Y2
	VPAND   Y15, Y3, Y3
	VPAND   Y15, Y4, Y4
	VPAND   Y15, Y5, Y5
	WORDS(Y0, Y1)
	WORDS(Y2, Y3)
	WORDS(Y4, Y5)
	WORDS(Y6, Y7)
	TIMESALPHA(Y0)
	TIMESALPHA(Y2)
	TIMESALPHA(Y4)
	VPSLLW  $6, Y6, Y6
	VMOVDQU Y0, (R8)(AX*2)
	VMOVDQU Y2, (R9)(AX*2)
	VMOVDQU Y4, (R10)(AX*2)
	VMOVDQU Y6, (R11)(AX*2)
	ADDQ    $64, SI
	ADDQ    $16, AX
	CMPQ    AX, CX
	JLT     split
	VZEROUPPER
	RET

// ROUND rounds the levels in Y; saturation is far above 255.
#define ROUND(Y) \
	VPADDSW Y15, Y, Y; \
	VPSRAW  $6, Y, Y

// func opaqueAVX2(pix []byte, r, g, b, a []int16) int
TEXT ·opaqueAVX2(SB), NOSPLIT, $0-128
	MOVQ           pix_base+0(FP), DI
	MOVQ           r_base+24(FP), R8
	MOVQ           g_base+48(FP), R9
	MOVQ           b_base+72(FP), R10
	MOVQ           a_base+96(FP), R11
	MOVQ           a_len+104(FP), CX
	VPBROADCASTD   consts<>+8(SB), Y15
	VPBROADCASTD   consts<>+12(SB), Y14
	VBROADCASTI128 zip<>(SB), Y13
	VPCMPEQD       Y12, Y12, Y12
	VPSRLW         $8, Y12, Y12          // 255 in each word
	XORQ           AX, AX

join:
	CMPQ       AX, CX
	JGE        done
	VMOVDQU    (R11)(AX*2), Y0
	VPCMPGTW   Y14, Y0, Y0
	VPMOVMSKB  Y0, DX
	CMPL       DX, $-1
	JNE        done
	VMOVDQU    (R8)(AX*2), Y0
	VMOVDQU    (R9)(AX*2), Y1
	VMOVDQU    (R10)(AX*2), Y2
	ROUND(Y0)
	ROUND(Y1)
	ROUND(Y2)
	VPACKUSWB  Y1, Y0, Y0                // R, G of pixels 0-7; of 8-15
	VPACKUSWB  Y12, Y2, Y2               // B, A
	VPSHUFB    Y13, Y0, Y0               // RG RG ...
	VPSHUFB    Y13, Y2, Y2               // BA BA ...
	VPUNPCKLWD Y2, Y0, Y1                // pixels 0-3; 8-11
	VPUNPCKHWD Y2, Y0, Y3                // 4-7; 12-15
	VPERM2I128 $0x20, Y3, Y1, Y0
	VPERM2I128 $0x31, Y3, Y1, Y2
	VMOVDQU    Y0, (DI)
	VMOVDQU    Y2, 32(DI)
	ADDQ       $64, DI
	ADDQ       $16, AX
	JMP        join

done:
	MOVQ AX, ret+120(FP)
	VZEROUPPER
	RET
