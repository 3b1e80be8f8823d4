//go:build !purego

#include "textflag.h"

// The BMI path of Row. tokens_generic.go is the reference.
//
// Stages per block:
//	1. mask to zigzag order by eight lookups
//	2. DC difference: size by BSR of 2*magnitude+1, value bits by BZHI
//	3. per coefficient: TZCNT, run, value by lookup (or as in 2 if it is large)
//	4. end of block, written always and kept if coefficient 63 is zero
//
// Registers:
//	DI next token    R8 freq     R9 tables    SI block
//	R10 mask left    R11 next coefficient     R12 AC token without run and size
//	R13 cursor       AX, BX, CX, DX scratch
// Frame: 0 MCU, 8 cursors left, 16 the mask in zigzag order.

#define SIZED 16384    // offset of Tables.sized
#define POSITION 17408 // offset of Tables.Position
#define CURSOR 72      // size of Cursor

// LOOKUP ors the entries of byte lo and byte hi of AX, tables i and i+1.
#define LOOKUP(i) \
	MOVBLZX AL, BX;                       \
	MOVBLZX AH, CX;                       \
	SHRQ    $16, AX;                      \
	ORQ     (i*2048)(R9)(BX*8), R10;      \
	ORQ     (i*2048+2048)(R9)(CX*8), R10

// SIZE makes of the value v in DX its size in BX and its bits in DX. Clobbers
// AX.
#define SIZE \
	MOVL  DX, AX;          \
	SARL  $31, AX;         \ // sign
	MOVL  DX, BX;          \
	XORL  AX, BX;          \
	SUBL  AX, BX;          \ // magnitude
	ADDL  AX, DX;          \
	LEAL  1(BX)(BX*1), BX; \
	BSRL  BX, BX;          \
	BZHIL BX, DX, DX

// COUNT counts the token in CX, which it destroys.
#define COUNT \
	SHRL $16, CX;     \
	ANDL $1023, CX;   \
	INCL (R8)(CX*4)

// func rowBMI2(dst []uint32, freq *[Symbols]uint32, cur []Cursor, pred *[4]int32, n int, t *Tables) int
TEXT ·rowBMI2(SB), NOSPLIT, $24-88
	MOVQ dst_base+0(FP), DI
	MOVQ freq+24(FP), R8
	MOVQ t+72(FP), R9
	MOVQ $0, 0(SP)

mcu:
	MOVQ cur_base+32(FP), R13
	MOVQ cur_len+40(FP), AX
	MOVQ AX, 8(SP)

block:
	MOVQ  0(SP), AX
	IMULQ 48(R13), AX         // blocks from the first one
	MOVQ  24(R13), BX
	MOVQ  (BX)(AX*8), DX      // mask
	SHLQ  $7, AX
	MOVQ  0(R13), SI
	ADDQ  AX, SI

	// 1.
	MOVQ DX, AX
	XORL R10, R10
	LOOKUP(0)
	LOOKUP(2)
	LOOKUP(4)
	LOOKUP(6)
	MOVQ R10, 16(SP)

	// 2.
	MOVQ    pred+56(FP), BX
	MOVQ    64(R13), CX
	MOVWLSX (SI), DX
	MOVL    DX, AX
	SUBL    (BX)(CX*4), DX
	MOVL    AX, (BX)(CX*4)
	SIZE
	MOVL 56(R13), CX
	LEAL (1<<24)(CX), R12
	SHLL $16, BX
	ADDL BX, CX
	ADDL DX, CX
	MOVL CX, (DI)
	ADDQ $4, DI
	COUNT

	// 3.
	MOVL $1, R11
	ANDQ $~1, R10
	JZ   end

coefficient:
	TZCNTQ  R10, AX
	MOVBLZX POSITION(R9)(AX*1), BX
	MOVWLSX (SI)(BX*2), DX
	MOVL    AX, CX
	SUBL    R11, CX           // run
	LEAL    1(AX), R11
	CMPL    CX, $15
	JHI     zeros

short:
	SHLL $20, CX
	ADDL R12, CX
	LEAL 128(DX), BX
	CMPL BX, $255
	JHI  large
	ADDL SIZED(R9)(BX*4), CX

put:
	MOVL  CX, (DI)
	ADDQ  $4, DI
	COUNT
	BLSRQ R10, R10
	JNZ   coefficient

end:
	// 4.
	MOVL R12, (DI)
	MOVQ 16(SP), AX
	NOTQ AX
	SHRQ $63, AX
	LEAQ (DI)(AX*4), DI
	MOVL R12, CX
	SHRL $16, CX
	ADDL AX, (R8)(CX*4)

	ADDQ $CURSOR, R13
	DECQ 8(SP)
	JNZ  block
	MOVQ 0(SP), AX
	INCQ AX
	MOVQ AX, 0(SP)
	CMPQ AX, n+64(FP)
	JLT  mcu

	SUBQ dst_base+0(FP), DI
	SHRQ $2, DI
	MOVQ DI, ret+80(FP)
	RET

zeros:
	// Runs of 16 zeros.
	LEAL (0xf0<<16)(R12), BX
	MOVL BX, (DI)
	ADDQ $4, DI
	SHRL $16, BX
	INCL (R8)(BX*4)
	SUBL $16, CX
	CMPL CX, $15
	JHI  zeros
	JMP  short

large:
	SIZE
	SHLL $16, BX
	ADDL BX, CX
	ADDL DX, CX
	JMP  put
