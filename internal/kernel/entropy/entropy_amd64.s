//go:build !purego

#include "textflag.h"
#include "go_asm.h"

// decodeBMI2 is decodeGeneric with these differences in kind:
//
//   - A refill happens while the table load that does not need it yet is under
//     way, so that the chain from lookup to lookup is only shift, load, shift.
//   - Position and bits taken since the last refill are one register, so that
//     one addition of an entry updates both.
//
// Registers:
//
//	R8   acc: the next bits of the stream, from bit 63 down
//	R9   acc before the last take; scratch
//	DX   state: bits 0..7 taken = 63 - valid bits in acc, bits 8..15 position
//	R10  offset of the next byte to load    R11  data
//	SI   ACTable    DI  Slots    BX  coefficients of the block
//	R12  Limit<<8 | 0xff, compared with the state
//	R13  Block      R14 64-skipBits         R15  64-valueBits
//	AX   table entry, value                 CX   scratch
//
// Every lookup needs valid bits for its index: 13 at most. REFILL leaves 56 to
// 63, a take is of 21 bits at most (maxTaken; slow paths end in a refill). So
// LOOKUP A, which refills before it takes, may follow anything, and LOOKUP B,
// which does not, only a lookup A or the DC lookup.

// REFILL loads 8 bytes into R9, below the valid bits of acc, and or-s acc in.
#define REFILL \
	MOVQ    (R11)(R10*1), R9 \
	BSWAPQ  R9               \
	MOVBLZX DL, CX           \
	NOTL    CX               \ // 63-taken, modulo 64: the valid bits
	SHRXQ   CX, R9, R9       \
	ORQ     R8, R9           \
	MOVBLZX DL, CX           \
	SHRL    $3, CX           \
	ADDQ    CX, R10          \
	ANDL    $0xFFFFFF07, DX

// VALUE looks up a symbol with its value in AX.
#define VALUE \
	SHRXQ R15, R8, CX         \
	MOVL  ACTable_value(SI)(CX*4), AX

// TAKEVALUE takes the symbol in AX from R9 and stores its value.
#define TAKEVALUE \
	SHLXQ   AX, R9, R8       \
	MOVWLZX AX, CX           \
	ADDL    CX, DX           \
	MOVBLZX DH, CX           \
	MOVBLZX -1(DI)(CX*1), CX \
	SARL    $16, AX          \
	MOVW    AX, (BX)(CX*2)

// SKIP looks up the symbols to pass over.
#define SKIP \
	SHRXQ   R14, R8, CX      \
	MOVWLZX ACTable_skip(SI)(CX*2), AX

// LONGVALUE takes the symbol in AX, whose value is not in the entry, from R9
// to R8, and leaves its value in R9: EXTEND of the bits behind the code.
#define LONGVALUE \
	SHLXQ AX, R9, R8         \
	MOVL  AX, CX             \
	ANDL  $0xFF3F, CX        \
	ADDL  CX, DX             \
	MOVL  AX, CX             \
	SHRL  $16, CX            \
	SHLXQ CX, R9, R9         \
	SHRL  $24, AX            \
	MOVL  AX, CX             \
	EXTENDTOP

// EXTENDTOP replaces R9 by the value of its top CX (1..15) bits: v if its first
// bit is set, else v - (2^CX - 1), which is the complement's negative.
#define EXTENDTOP \
	MOVQ  R9, AX             \
	SARQ  $63, AX            \
	NOTQ  AX                 \
	XORQ  AX, R9             \
	NEGL  CX                 \
	SHRXQ CX, R9, R9         \
	XORQ  AX, R9             \
	SUBQ  AX, R9

// func decodeBMI2(s *Stream, blocks []Block, coef []int16, mcus int) (done, failed int)
TEXT ·decodeBMI2(SB), NOSPLIT, $24-80
	MOVQ s+0(FP), AX
	MOVQ Stream_Data(AX), R11
	MOVQ Stream_pos(AX), R10
	MOVQ Stream_acc(AX), R8
	MOVQ Stream_bits(AX), CX
	MOVL $63, DX
	SUBL CX, DX
	MOVQ $(64-const_skipBits), R14
	MOVQ $(64-const_valueBits), R15
	MOVQ blocks_base+8(FP), R13
	MOVQ blocks_len+16(FP), AX
	IMUL3Q $Block__size, AX, AX
	ADDQ R13, AX
	MOVQ AX, end-8(SP)
	MOVQ $0, done+64(FP)
	MOVQ $-1, failed+72(FP)
	REFILL
	MOVQ R9, R8
	CMPQ mcus+56(FP), $0
	JLE  finish

block:
	// The DC difference.
	MOVQ R8, AX
	SHRQ $(64-const_dcBits), AX
	MOVQ Block_DC(R13), CX
	MOVL DCTable_fast(CX)(AX*4), AX
	REFILL
	TESTB $const_longValue, AX
	JNE  dclong
	SHLXQ AX, R9, R8
	MOVBLZX AX, CX
	ADDL CX, DX
	SARL $16, AX

dcdone:
	// AX is the difference. Its sum is stored behind the AC coefficients, because
	// those that are not needed go to the same place.
	MOVQ Block_Comp(R13), CX
	MOVQ s+0(FP), R9
	ADDL AX, Stream_Pred(R9)(CX*4)
	MOVL Stream_Pred(R9)(CX*4), AX
	MOVL AX, pred-16(SP)
	MOVQ Block_AC(R13), SI
	MOVQ Block_Slots(R13), DI
	MOVQ Block_Next(R13), BX
	MOVQ coef_base+32(FP), CX
	LEAQ (CX)(BX*2), BX
	MOVBLZX DX, DX
	ORL  $0x100, DX
	MOVQ Block_Limit(R13), R12
	SHLL $8, R12
	ORL  $0xFF, R12
	CMPL R12, $0xFF
	JE   skipb

valueb:
	VALUE
	MOVQ R8, R9
	TESTB $const_longValue, AX
	JNE  valuelong
	TAKEVALUE
	CMPL DX, R12
	JHI  valueend

valuea:
	VALUE
	REFILL
	TESTB $const_longValue, AX
	JNE  valuelong
	TAKEVALUE
	CMPL DX, R12
	JLS  valueb
	CMPL DX, $0x4000
	JB   skipb
	JMP  valueout

valueend:
	CMPL DX, $0x4000
	JB   skipa

valueout:
	// The position is 64 or more: the end, an escape, or a run too long.
	TESTL $0x4000, DX
	JE   blockdone
	MOVBLZX DH, CX
	CMPL CX, $64
	JE   blockdone
	CMPL CX, $const_acEscape>>8
	JB   fail
	SUBL $const_acEscape, DX
	JMP  slow

valuelong:
	LONGVALUE
	MOVBLZX DH, CX
	MOVBLZX -1(DI)(CX*1), CX
	MOVW R9, (BX)(CX*2)
	CMPL DX, R12
	JLS  valuea
	CMPL DX, $0x4000
	JAE  valueout

skipa:
	SKIP
	REFILL
	SHLXQ AX, R9, R8
	ADDL AX, DX
	CMPL DX, $0x4000
	JAE  skipend

skipb:
	SKIP
	MOVQ R8, R9
	SHLXQ AX, R8, R8
	ADDL AX, DX
	CMPL DX, $0x4000
	JB   skipa

skipend:
	TESTL $0x4000, DX
	JNE  skipout

blockdone:
	MOVL pred-16(SP), AX
	MOVW AX, (BX)
	MOVQ Block_Step(R13), CX
	ADDQ CX, Block_Next(R13)
	ADDQ $Block__size, R13
	CMPQ R13, end-8(SP)
	JB   block

	// The MCU is complete if it ends before the segment does.
	MOVBLZX DX, CX
	LEAQ -63(CX)(R10*8), AX
	MOVQ s+0(FP), R9
	CMPQ AX, Stream_End(R9)
	JGT  fail
	MOVQ blocks_base+8(FP), R13
	MOVQ done+64(FP), AX
	INCQ AX
	MOVQ AX, done+64(FP)
	CMPQ AX, mcus+56(FP)
	JB   block
	JMP  finish

skipout:
	MOVBLZX DH, CX
	CMPL CX, $64
	JE   blockdone
	SUBL AX, DX
	MOVQ R9, R8

slow:
	// One symbol at the state's position, by its canonical code.
	REFILL
	MOVQ R9, AX
	SHRQ $48, AX
	MOVL $1, CX

slowlength:
	CMPL AX, (ACTable_code+canonical_limit)(SI)(CX*4)
	JB   slowfound
	INCL CX
	CMPL CX, $16
	JLS  slowlength
	JMP  fail

slowfound:
	SHLXQ CX, R9, R8
	ADDL CX, DX
	MOVL $16, R9
	SUBL CX, R9
	SHRXL R9, AX, AX
	ADDL (ACTable_code+canonical_offset)(SI)(CX*4), AX
	MOVBLZX AX, AX
	MOVBLZX (ACTable_code+canonical_values)(SI)(AX*1), AX
	MOVL AX, CX
	ANDL $15, CX
	JEQ  slowzeros
	SHRL $4, AX
	SHLL $8, AX
	LEAL 0x100(AX)(DX*1), DX // position
	CMPL DX, $0x4100
	JAE  fail
	MOVQ R8, R9
	SHLXQ CX, R8, R8
	ADDL CX, DX
	EXTENDTOP
	MOVBLZX DH, CX
	MOVBLZX -1(DI)(CX*1), CX
	MOVW R9, (BX)(CX*2)
	JMP  slownext

slowzeros:
	TESTL AX, AX
	JEQ  sloweob
	CMPL AX, $0xF0
	JNE  fail
	ADDL $0x1000, DX
	CMPL DX, $0x4100
	JAE  fail

slownext:
	REFILL
	MOVQ R9, R8
	CMPL DX, R12
	JLS  valueb
	CMPL DX, $0x4000
	JB   skipb
	JMP  blockdone

sloweob:
	REFILL
	MOVQ R9, R8
	JMP  blockdone

dclong:
	CMPB AX, $const_dcEscape
	JEQ  dcslow
	LONGVALUE
	MOVL R9, AX
	JMP  dcdone

dcslow:
	MOVQ Block_DC(R13), SI
	MOVQ R9, AX
	SHRQ $48, AX
	MOVL $1, CX

dclength:
	CMPL AX, (DCTable_code+canonical_limit)(SI)(CX*4)
	JB   dcfound
	INCL CX
	CMPL CX, $16
	JLS  dclength
	JMP  fail

dcfound:
	SHLXQ CX, R9, R8
	ADDL CX, DX
	MOVL $16, R9
	SUBL CX, R9
	SHRXL R9, AX, AX
	ADDL (DCTable_code+canonical_offset)(SI)(CX*4), AX
	MOVBLZX AX, AX
	MOVBLZX (DCTable_code+canonical_values)(SI)(AX*1), CX
	CMPL CX, $15
	JHI  fail
	XORL R9, R9
	TESTL CX, CX
	JEQ  dczero
	MOVQ R8, R9
	SHLXQ CX, R8, R8
	ADDL CX, DX
	EXTENDTOP

dczero:
	MOVL R9, SI
	REFILL
	MOVQ R9, R8
	MOVL SI, AX
	JMP  dcdone

fail:
	SUBQ blocks_base+8(FP), R13
	MOVQ R13, failed+72(FP)

finish:
	MOVQ s+0(FP), AX
	MOVBLZX DX, DX
	MOVL $63, CX
	SUBQ DX, CX
	MOVQ CX, Stream_bits(AX)
	MOVQ R10, Stream_pos(AX)
	MOVQ R8, Stream_acc(AX)
	RET
