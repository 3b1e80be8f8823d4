//go:build !purego

#include "textflag.h"
#include "go_asm.h"
#include "bits_amd64.h"

// The first scans of progressive_generic.go and dc.go with BMI2: names are the
// names there.

// func firstBMI2(s *Scan, t *FirstTable, l *lanes, b, to int) int
//
// DI data, SI position in bits, R10 table, AX the bits from SI on, at least 16
// of them valid: looking up the next symbol does not wait for memory.
// R12 block, R15 its lanes; of the block: R13 next coefficient, DX new
// coefficients. R14 lanes.of, BX the coefficient behind the band.
TEXT ·firstBMI2(SB), NOSPLIT, $48-48
	MOVQ s+0(FP), R8
	MOVQ t+8(FP), R10
	MOVQ l+16(FP), R14
	MOVQ b+24(FP), R12
	MOVQ Scan_Data(R8), DI
	MOVQ Scan_Pos(R8), SI
	MOVQ SI, pos-8(SP)
	MOVQ Scan_End(R8), R9
	MOVQ R9, end-16(SP)
	MOVQ Scan_First(R8), R9
	MOVQ R9, first-24(SP)
	MOVQ Scan_Last(R8), BX
	INCQ BX
	MOVQ Scan_Al(R8), R9
	MOVQ R9, al-32(SP)
	MOVQ Scan_Mask(R8), R9
	MOVQ R9, mask-40(SP)
	MOVQ Scan_Lanes(R8), R15
	SHLQ $1, R15
	MOVQ R15, lanes-48(SP)   // bytes per block
	IMULQ R12, R15
	ADDQ Scan_Value(R8), R15
	MOVQ Scan_eobRun(R8), AX
	XORL DX, DX
	TESTQ AX, AX
	JNZ  run
	LOAD(AX, CX)

block:
	MOVQ first-24(SP), R13
	XORL DX, DX

next:
	CMPQ R13, lanes_last(R14)
	JHI  skip

	// One symbol.
symbol:
	MOVQ AX, R8
	SHRQ $(64-const_firstBits), R8
	MOVL FirstTable_one(R10)(R8*4), CX
	LOAD(R11, R9)
	TESTL CX, CX
	JLE  special
	MOVL CX, R8
	SHRL $24, R8
	ADDQ R8, R13
	CMPQ R13, BX
	JHI  bail                // the coefficient is not in the band
	SHLXQ CX, R11, AX
	MOVL CX, R8
	SHRL $8, R8
	SHLXQ R8, R11, R11       // the value's bits are at the top now
	MOVQ R11, R9
	SARQ $63, R9
	NOTQ R9
	XORQ R9, R11
	SHRL $8, R8
	SHRXQ R8, R11, R11
	MOVQ al-32(SP), R8
	SHLXQ R8, R11, R11
	ANDL $0x8000, R9
	ORL  R9, R11
	MOVQ R13, R8
	NEGQ R8
	BTSQ R8, DX
	MOVBLZX lanes_of-1(R14)(R13*1), R8
	MOVW R11, (R15)(R8*2)
	MOVBLZX CL, CX
	ADDQ CX, SI
	CMPQ R13, BX
	JNE  next
	JMP  single

	// Several symbols of coefficients that are not needed.
skip:
	MOVQ AX, R8
	SHRQ $(64-const_skipBits), R8
	MOVQ FirstTable_skip(R10)(R8*8), CX
	LOAD(R11, R9)
	MOVL CX, R9
	SHRL $const_skipCover, R9
	ANDL $127, R9
	LEAQ (R13)(R9*1), R8
	CMPQ R8, BX
	JHI  symbol              // no entry, or the band is complete inside of it
	SHLXQ CX, R11, AX
	MOVQ CX, R9
	SHRQ $16, R9
	SHLQ $16, R9
	SHRXQ R13, R9, R9
	ORQ  R9, DX
	MOVQ R8, R13
	MOVL CX, R9
	ANDL $63, R9
	ADDQ R9, SI
	BTL  $13, CX
	JCS  single
	CMPQ R8, BX
	JNE  skip

	// The block is complete, and no end-of-band run goes on.
single:
	CMPQ SI, end-16(SP)
	JGT  bail
	MOVQ SI, pos-8(SP)
	MOVQ mask-40(SP), R9
	ORQ  DX, (R9)(R12*8)
	INCQ R12
	ADDQ lanes-48(SP), R15
	CMPQ R12, to+32(FP)
	JLT  block
	XORL AX, AX
	JMP  exit

special:
	JEQ  bail                // a long code
	BTL  $30, CX
	JCS  zrl
	MOVL CX, R8
	SHRL $16, R8
	NEGL R8
	ANDL $63, R8
	MOVBLZX CL, CX
	ADDQ CX, SI
	TESTL R8, R8
	JZ   endOne
	EOBRUN
	CMPQ SI, end-16(SP)
	JGT  bail
	MOVQ SI, pos-8(SP)
	MOVQ mask-40(SP), R9
	ORQ  DX, (R9)(R12*8)
	INCQ R12
	ADDQ lanes-48(SP), R15

	// An end-of-band run of AX blocks.
run:
	XORL DX, DX
	MOVQ to+32(FP), R8
	SUBQ R12, R8             // blocks left
	CMPQ AX, R8
	CMOVQLT AX, R8
	SUBQ R8, AX
	ADDQ R8, R12
	IMULQ lanes-48(SP), R8
	ADDQ R8, R15
	CMPQ R12, to+32(FP)
	JGE  exit
	LOAD(AX, CX)
	JMP  block

endOne:
	SHLXQ CX, R11, AX
	JMP  single

zrl:
	ADDQ $16, R13
	CMPQ R13, BX
	JHI  bail
	MOVBLZX CL, R8
	ADDQ R8, SI
	SHLXQ R8, R11, AX
	CMPQ R13, BX
	JNE  next
	JMP  single

	// The block is as it was, but for lanes that decoding it again writes again.
bail:
	XORL AX, AX

exit:
	MOVQ s+0(FP), R8
	MOVQ pos-8(SP), SI
	MOVQ SI, Scan_Pos(R8)
	MOVQ AX, Scan_eobRun(R8)
	MOVQ R12, ret+40(FP)
	RET

// func dcFirstBMI2(s *DCScan, units []DCUnit, i, to int) int
//
// DI data, SI position in bits, AX the bits from SI on, BX MCU, DX predictors.
// The values of an MCU and its predictors wait on the stack for its end.
TEXT ·dcFirstBMI2(SB), NOSPLIT, $64-56
	MOVQ s+0(FP), R8
	MOVQ DCScan_Data(R8), DI
	MOVQ DCScan_Pos(R8), SI
	MOVQ SI, pos-8(SP)
	MOVQ DCScan_Al(R8), R14
	MOVQ DCScan_Pred(R8), DX
	MOVQ DX, pred-16(SP)
	MOVQ i+32(FP), BX
	MOVQ units_len+16(FP), R15
	IMULQ $DCUnit__size, R15
	ADDQ units_base+8(FP), R15 // end of the units
	LOAD(AX, CX)

mcu:
	MOVQ units_base+8(FP), R8
	LEAQ value-48(SP), R9

unit:
	MOVQ AX, R11
	SHRQ $(64-const_dcBits), R11
	MOVQ DCUnit_Table(R8), R10
	MOVL DCTable_one(R10)(R11*4), CX
	LOAD(R11, R12)
	TESTL CX, CX
	JZ   long
	SHLXQ CX, R11, AX
	MOVBLZX CL, R10
	ADDQ R10, SI
	SHRL $8, CX
	SHLXQ CX, R11, R11       // the difference's bits are at the top now
	MOVQ R11, R13
	SARQ $63, R13
	NOTQ R13                 // all ones if it is negative
	XORQ R13, R11
	SHRQ $1, R11
	SHRL $8, CX
	SHRXQ CX, R11, R11
	XORQ R13, R11
	SUBQ R13, R11
	MOVQ DCUnit_Predictor(R8), R10
	LEAQ pred-16(SP), R12
	ADDW (R12)(R10*2), R11
	MOVW R11, (R12)(R10*2)
	SHLXQ R14, R11, R11
	MOVW R11, (R9)
	ADDQ $2, R9
	ADDQ $DCUnit__size, R8
	CMPQ R8, R15
	JNE  unit

	MOVQ s+0(FP), R8
	CMPQ SI, DCScan_End(R8)
	JGT  long
	MOVQ SI, pos-8(SP)
	MOVQ pred-16(SP), DX
	MOVQ units_base+8(FP), R8
	LEAQ value-48(SP), R9

write:
	MOVQ DCUnit_Row(R8), R10
	MOVQ DCUnit_Step(R8), R11
	IMULQ BX, R11
	MOVW (R9), CX
	MOVW CX, (R10)(R11*2)
	ADDQ $2, R9
	ADDQ $DCUnit__size, R8
	CMPQ R8, R15
	JNE  write
	INCQ BX
	CMPQ BX, to+40(FP)
	JLT  mcu

	// The MCU BX is as it was, and DX what the predictors were before it.
long:
	MOVQ s+0(FP), R8
	MOVQ DX, DCScan_Pred(R8)
	MOVQ pos-8(SP), SI
	MOVQ SI, DCScan_Pos(R8)
	MOVQ BX, ret+48(FP)
	RET
