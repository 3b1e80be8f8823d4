//go:build !purego

#include "textflag.h"
#include "go_asm.h"

// decodeBMI2 decodes blocks as decodeGeneric does, with these differences in
// kind:
//
//   - A refill happens while a table load that does not need it yet is under
//     way, so that the chain from lookup to lookup is only shift, load, shift.
//   - Position and bits taken since the last refill are one register, so that
//     one addition of an entry updates both.
//   - It gives up where something is wrong.
//
// Registers:
//
//	R8   acc: the next bits of the stream, from bit 63 down
//	R9   acc before the last take; scratch
//	DX   state: bits 0..7 taken = 63 - valid bits in acc, bits 8..15 position
//	R10  address of the next byte to load
//	R13  block      SI   its ACTable        DI   its slots
//	BX   address of its coefficients        R12  its limit, compared with the state
//	R11  64-skipBits                        R15  64-valueBits
//	R14  index into ACTable.value           AX   table entry, value
//	CX   scratch
//
// A lookup needs valid bits for its index: 13 at most. REFILL leaves 56 to 63,
// a take is of 21 bits at most (maxTaken; the slow paths end in a refill). So a
// lookup "a", which refills before it takes, may follow anything, and a lookup
// "b", which does not, only an "a" or the DC lookup.

// REFILL loads 8 bytes into R9, below the valid bits of acc, and or-s acc in.
#define REFILL \
	MOVQ    (R10), R9        \
	BSWAPQ  R9               \
	MOVBLZX DL, CX           \
	NOTL    CX               \ // 63-taken, modulo 64: the valid bits
	SHRXQ   CX, R9, R9       \
	ORQ     R8, R9           \
	MOVBLZX DL, CX           \
	SHRL    $3, CX           \
	ADDQ    CX, R10          \
	ANDL    $0xFFFFFF07, DX

// VALUE looks up one or two symbols with their values.
#define VALUE \
	SHRXQ R15, R8, R14       \
	MOVQ  ACTable_value(SI)(R14*8), AX

// TAKEVALUE takes the symbols at R14, in AX, from R9 and stores their values.
#define TAKEVALUE \
	SHLXQ   AX, R9, R8       \
	MOVBLZX DH, CX           \
	MOVWLZX AX, AX           \
	ADDL    AX, DX           \
	MOVBLZX (ACTable_value+2)(SI)(R14*8), AX \
	ADDL    AX, CX           \
	MOVBLZX -1(DI)(CX*1), CX \
	MOVWLZX (ACTable_value+4)(SI)(R14*8), AX \
	MOVW    AX, (BX)(CX*2)   \
	MOVBLZX DH, CX           \
	MOVBLZX -1(DI)(CX*1), CX \
	MOVWLZX (ACTable_value+6)(SI)(R14*8), AX \
	MOVW    AX, (BX)(CX*2)

// SKIP looks up the symbols to pass over.
#define SKIP \
	SHRXQ   R11, R8, CX      \
	MOVWLZX ACTable_skip(SI)(CX*2), AX

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

// func decodeBMI2(s *Stream, blocks []block, coef []int16) (ok bool)
TEXT ·decodeBMI2(SB), NOSPLIT, $32-57
	MOVQ s+0(FP), AX
	MOVQ Stream_data(AX), CX
	MOVQ Stream_end(AX), DI
	SHRQ $3, DI
	LEAQ 8(CX)(DI*1), DI
	MOVQ DI, bound-16(SP)
	MOVQ Stream_pos(AX), R10
	ADDQ CX, R10
	MOVQ Stream_acc(AX), R8
	MOVQ Stream_bits(AX), CX
	MOVL $63, DX
	SUBL CX, DX
	MOVQ $(64-const_skipBits), R11
	MOVQ $(64-const_valueBits), R15
	MOVQ blocks_base+8(FP), R13
	MOVQ blocks_len+16(FP), AX
	IMUL3Q $block__size, AX, AX
	ADDQ R13, AX
	MOVQ AX, end-8(SP)
	MOVB $0, ok+56(FP)
	REFILL
	MOVQ R9, R8

block:
	// A block takes 248 bytes at most, and Padding is far more behind the bound.
	CMPQ R10, bound-16(SP)
	JHI  fail

	// The DC difference.
	MOVQ R8, AX
	SHRQ $(64-const_dcBits), AX
	MOVQ block_dc(R13), CX
	MOVL DCTable_fast(CX)(AX*4), AX
	REFILL
	TESTB $const_longValue, AX
	JNE  dclong
	SHLXQ AX, R9, R8
	MOVBLZX AX, CX
	ADDL CX, DX
	SARL $const_valueShift, AX

dcdone:
	// AX is the difference. The sum is stored behind the AC coefficients, because
	// those that are not needed go to the same place.
	MOVWLZX block_part(R13), CX
	MOVQ s+0(FP), R9
	ADDL Stream_pred(R9)(CX*4), AX
	MOVL AX, Stream_pred(R9)(CX*4)
	MOVL AX, pred-24(SP)
	MOVQ block_ac(R13), SI
	MOVQ block_slots(R13), DI
	MOVL block_dst(R13), BX
	MOVQ coef_base+32(FP), CX
	LEAQ (CX)(BX*2), BX
	MOVBLZX DX, DX
	ORL  $0x100, DX
	MOVWLZX block_limit(R13), R12
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
	// The position is 64 or more: the end, or beyond it without an end of block.
	TESTL $0x4000, DX
	JE   blockdone
	MOVBLZX DH, CX
	CMPL CX, $64
	JE   blockdone
	MOVWLZX ACTable_value(SI)(R14*8), AX
	SUBL AX, DX
	MOVQ R9, R8
	JMP  slow

valuelong:
	SHLXQ AX, R9, R8
	MOVL AX, CX
	ANDL $0xFF3F, CX
	ADDL CX, DX
	SHRQ $const_value1Shift, AX
	SHLXQ AX, R9, R9
	SHRL $8, AX
	MOVL AX, CX
	EXTENDTOP
	MOVBLZX DH, CX
	MOVBLZX -1(DI)(CX*1), CX
	MOVW R9, (BX)(CX*2)
	CMPL DX, R12
	JLS  valuea
	CMPL DX, $0x4000
	JB   skipa
	CMPL DX, $0x4100
	JB   blockdone
	JMP  fail

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
	MOVL pred-24(SP), AX
	MOVW AX, (BX)
	ADDQ $block__size, R13
	CMPQ R13, end-8(SP)
	JB   block

	MOVB $1, ok+56(FP)
	MOVQ s+0(FP), AX
	MOVBLZX DX, DX
	MOVL $63, CX
	SUBQ DX, CX
	MOVQ CX, Stream_bits(AX)
	SUBQ Stream_data(AX), R10
	MOVQ R10, Stream_pos(AX)
	MOVQ R8, Stream_acc(AX)

fail:
	RET

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
	RET

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
	SHLXQ AX, R9, R8
	MOVL AX, CX
	ANDL $const_lengthMask, CX
	ADDL CX, DX
	SHRL $16, AX
	SHLXQ AX, R9, R9
	SHRL $8, AX
	MOVL AX, CX
	EXTENDTOP
	MOVL R9, AX
	JMP  dcdone

dcslow:
	MOVQ block_dc(R13), SI
	MOVQ R9, AX
	SHRQ $48, AX
	MOVL $1, CX

dclength:
	CMPL AX, (DCTable_code+canonical_limit)(SI)(CX*4)
	JB   dcfound
	INCL CX
	CMPL CX, $16
	JLS  dclength
	RET

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
