//go:build !purego

#include "textflag.h"
#include "go_asm.h"

// The scans of progressive_generic.go with BMI2: names are the names there.
//
// Masks have the first coefficient at the top, as the data have their bits. So
// with n = POPCNT(mask), PDEP of the next n bits by mask gives each coefficient
// its correction bit; and with z zeros left in the band, the place behind r
// zeros is the zero number z-1-r from the bottom: PDEP of 1<<(z-1-r).

// LOAD sets w to the bits from SI on, 57 of them valid; t is a scratch
// register other than w.
#define LOAD(w, t) \
	MOVQ   SI, w;           \
	SHRQ   $3, w;           \
	MOVQ   (DI)(w*1), w;    \
	BSWAPQ w;               \
	MOVL   SI, t;           \
	ANDL   $7, t;           \
	SHLXQ  t, w, w

// EOBRUN sets AX to the number of blocks behind the present one that an end of
// band of n (R8) bits behind its code covers; w (R11) begins with the code, and
// CX is the length of both. It uses R9 and R11.
#define EOBRUN \
	SUBQ  R8, CX;        \
	SHLXQ CX, R11, AX;   \
	SHRQ  $1, AX;        \
	MOVL  $63, CX;       \
	SUBQ  R8, CX;        \
	SHRXQ CX, AX, AX;    \
	MOVL  $1, R11;       \
	SHLXQ R8, R11, R11;  \
	LEAQ  -1(R11)(AX*1), AX

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

// EXPAND16 ors, into the 16 lanes at p, Y3 where BX and Y4 where R15 has the
// lane's bit. e is the offset of the lanes' expand in CX. The lanes to be
// changed are in Y5 (all of BX) and Y6 (all of R15).
#define EXPAND16(p, e) \
	VMOVDQU  e+0(CX), Y7;       \
	VMOVDQU  e+32(CX), Y8;      \
	VPSHUFB  Y7, Y5, Y9;        \
	VPSHUFB  Y7, Y6, Y10;       \
	VPAND    Y8, Y9, Y9;        \
	VPAND    Y8, Y10, Y10;      \
	VPCMPEQW Y8, Y9, Y9;        \
	VPCMPEQW Y8, Y10, Y10;      \
	VPAND    Y3, Y9, Y9;        \
	VPAND    Y4, Y10, Y10;      \
	VPOR     Y10, Y9, Y9;       \
	VPOR     p, Y9, Y9;         \
	VMOVDQU  Y9, p

// APPLY adds the scan's bit to the coefficients BX of the block at, and the
// sign to those of R15. It uses R8, R9, R11, CX.
#define APPLY(wide, l64, done) \
	CMPQ  head-16(SP), $0;          \
	JEQ   done;                     \
	MOVQ  l+16(FP), CX;             \
	MOVQ  lanes_need(CX), R9;       \
	MOVQ  value-32(SP), R11;        \
	MOVQ  at-72(SP), R8;            \
	CMPQ  lanes-40(SP), $4;         \
	JNE   wide;                     \
	PEXTQ R9, BX, BX;               \
	PEXTQ R9, R15, R15;             \
	MOVQ  lanes_spread(CX)(BX*8), BX;   \
	MOVQ  lanes_spread(CX)(R15*8), R15; \
	MOVQ  al-48(SP), R9;            \
	SHLXQ R9, BX, BX;               \
	SHLQ  $15, R15;                 \
	ORQ   R15, BX;                  \
	ORQ   BX, (R11)(R8*8);          \
	JMP   done;                     \
wide: \
	ANDQ  R9, BX;                   \
	JZ    done;                     \
	VMOVQ BX, X5;                   \
	VPBROADCASTQ X5, Y5;            \
	VMOVQ R15, X6;                  \
	VPBROADCASTQ X6, Y6;            \
	CMPQ  lanes-40(SP), $64;        \
	JEQ   l64;                      \
	SHLQ  $5, R8;                   \
	ADDQ  R8, R11;                  \
	EXPAND16((R11), lanes_expand);  \
	JMP   done;                     \
l64: \
	SHLQ  $7, R8;                   \
	ADDQ  R8, R11;                  \
	EXPAND16((R11), lanes_expand);  \
	EXPAND16(32(R11), lanes_expand+64);  \
	EXPAND16(64(R11), lanes_expand+128); \
	EXPAND16(96(R11), lanes_expand+192); \
done:

// func refinePDEP(s *Scan, t *RefineTable, l *lanes, band uint64, b, to int) int
//
// DI data, SI position in bits, R10 table, AX the bits from SI on, at least 16
// of them valid: looking up the next symbol does not wait for memory.
// Of the block: R12 non-zero coefficients, R13 next coefficient, R14 zeros from
// there on, BX corrections, DX new coefficients, R15 negative ones among them.
TEXT ·refinePDEP(SB), NOSPLIT, $96-56
	MOVQ s+0(FP), R8
	MOVQ t+8(FP), R10
	MOVQ Scan_Data(R8), DI
	MOVQ Scan_Pos(R8), SI
	MOVQ b+32(FP), R9
	MOVQ R9, at-72(SP)
	MOVQ Scan_Mask(R8), R9
	MOVQ R9, mask-24(SP)
	MOVQ Scan_Value(R8), R9
	MOVQ R9, value-32(SP)
	MOVQ Scan_Lanes(R8), R9
	MOVQ R9, lanes-40(SP)
	MOVQ Scan_Last(R8), R9
	INCQ R9
	MOVQ R9, last1-80(SP)    // the coefficient behind the band
	MOVQ Scan_Al(R8), R9
	MOVQ R9, al-48(SP)
	MOVL $1, R11
	SHLXQ R9, R11, R11
	VMOVQ R11, X3
	VPBROADCASTW X3, Y3      // the scan's bit
	MOVL $0x8000, R11
	VMOVQ R11, X4
	VPBROADCASTW X4, Y4      // the sign
	MOVQ Scan_End(R8), R9
	MOVQ R9, end-56(SP)
	MOVQ Scan_eobRun(R8), R11
	MOVQ l+16(FP), R9
	MOVQ lanes_head(R9), R9
	ANDQ band+24(FP), R9
	MOVQ R9, head-16(SP)
	MOVQ SI, pos-8(SP)
	MOVQ R11, run-64(SP)
	TESTQ R11, R11
	JNZ  run
	LOAD(AX, CX)

block:
	MOVQ mask-24(SP), R9
	MOVQ at-72(SP), R8
	MOVQ (R9)(R8*8), R12
	MOVQ band+24(FP), R8
	ANDQ R8, R12
	XORQ R12, R8
	MOVQ R8, zeros-88(SP)
	POPCNTQ R8, R14
	MOVQ s+0(FP), R9
	MOVQ Scan_First(R9), R13
	XORL BX, BX
	XORL R15, R15
	XORL DX, DX

symbol:
	MOVQ AX, R8
	SHRQ $(64-const_plainBits), R8
	MOVQ RefineTable_plain(R10)(R8*8), CX
	LOAD(R11, R9)
	SHLXQ R13, R12, R8
	LZCNTQ R8, R8            // distance of the next non-zero coefficient
	MOVL CX, R9
	SHRL $const_plainCover, R9
	ANDL $127, R9            // coefficients that the entry covers
	CMPQ R9, R8
	JHI  single
	LEAQ (R13)(R9*1), R8
	CMPQ R8, last1-80(SP)
	JHI  single
	SUBQ R9, R14
	SHLXQ CX, R11, AX
	MOVQ CX, R9
	SHLQ $const_plainNegative, R9
	MOVQ CX, R11
	SHRQ $41, R11
	SHRQ $41, R9
	SHLQ $41, R11
	SHLQ $41, R9
	SHRXQ R13, R11, R11
	SHRXQ R13, R9, R9
	ORQ  R11, DX
	ORQ  R9, R15
	MOVQ R8, R13
	MOVL CX, R9
	ANDL $63, R9
	ADDQ R9, SI
	BTL  $13, CX
	JCS  end
	CMPQ R8, last1-80(SP)
	JNE  symbol
	MOVQ $0, run-64(SP)
	JMP  commit

	// One symbol, with the corrections of the coefficients that it passes.
single:
	MOVQ AX, R8
	SHRQ $(64-const_refineBits), R8
	MOVL RefineTable_one(R10)(R8*4), CX
	BTL  $16, CX
	JCC  special
	MOVL CX, R8
	SHRL $const_refineCount, R8
	SUBQ R8, R14             // zeros behind the place
	JCS  bail                // it is not in the band
	MOVL $1, R9
	SHLXQ R14, R9, R9
	PDEPQ zeros-88(SP), R9, R9 // the place
	SHLXQ R13, R12, R8
	SHRXQ R13, R8, R8        // non-zero coefficients ahead
	LEAQ -1(R9), AX
	ANDNQ R8, AX, R8         // and those that are passed
	LZCNTQ R9, R13
	INCQ R13
	SHLXQ CX, R11, R11       // the sign is at the top now
	MOVQ R11, AX
	SARQ $63, AX
	BTL  $17, CX
	JCS  zrl
placed:
	ANDNQ R9, AX, AX
	ORQ  AX, R15
	ORQ  R9, DX
	ANDL $63, CX
	LEAQ 1(SI)(CX*1), SI
	POPCNTQ R8, AX
	ADDQ AX, SI
	ADDQ R11, R11
	ANDQ head-16(SP), R8
	POPCNTQ R8, CX
	CMPQ AX, $30             // a code of 9 bits and a sign leave 47 bits
	JHI  many
	SHLXQ AX, R11, AX
corrected:
	NEGQ CX
	SHRXQ CX, R11, R11       // without corrections they are shifted by 0,
	PDEPQ R8, R11, R11       // and deposited nowhere
	ORQ  R11, BX
	CMPQ R13, last1-80(SP)
	JLO  symbol
	MOVQ $0, run-64(SP)
	JMP  commit

zrl:
	XORL R9, R9
	JMP  placed

many:
	CMPQ CX, $46
	JHI  bail
	LOAD(AX, R9)
	JMP  corrected

	// An end of band in several symbols: this block only.
end:
	DECQ R13                 // zero, and not 64
	MOVQ $0, run-64(SP)
	SHLXQ R13, R12, R12
	TESTQ R12, R12
	JZ   commit
	SHRXQ R13, R12, R12
	JMP  rest

special:
	BTL  $18, CX
	JCC  bail                // a long code
	MOVL CX, R8
	SHRL $const_refineCount, R8
	ANDL $63, CX
	INCL CX
	ADDQ CX, SI
	EOBRUN                   // blocks behind this one
	MOVQ AX, run-64(SP)
	SHLXQ R13, R12, R12
	SHRXQ R13, R12, R12

	// The corrections of R12, what is left of the block.
rest:
	LOAD(AX, CX)
	POPCNTQ R12, R8
	ADDQ R8, SI
	ANDQ head-16(SP), R12
	POPCNTQ R12, R8
	CMPQ R8, $56
	JHI  bail
	NEGQ R8
	SHRXQ R8, AX, AX
	PDEPQ R12, AX, AX
	ORQ  AX, BX
	LOAD(AX, CX)

commit:
	CMPQ SI, end-56(SP)
	JGT  bail
	MOVQ SI, pos-8(SP)
	ORQ  DX, BX
	MOVQ mask-24(SP), R9
	MOVQ at-72(SP), R8
	ORQ  DX, (R9)(R8*8)
	APPLY(lanes16, lanes64, next)
	MOVQ at-72(SP), R8
	INCQ R8
	MOVQ R8, at-72(SP)
	MOVQ run-64(SP), R11
	TESTQ R11, R11
	JNZ  run
	CMPQ R8, to+40(FP)
	JLT  block
	JMP  exit

	// The blocks of an end-of-band run, R11 of them.
run:
	XORL R15, R15            // nothing new, so nothing negative
runBlock:
	MOVQ at-72(SP), R8
	CMPQ R8, to+40(FP)
	JGE  exitRun
	MOVQ mask-24(SP), R9
	MOVQ (R9)(R8*8), R12
	ANDQ band+24(FP), R12
	JZ   runNext
	POPCNTQ R12, DX
	ADDQ SI, DX
	CMPQ DX, end-56(SP)
	JGT  exitRun
	ANDQ head-16(SP), R12
	JZ   runPassed
	LOAD(AX, CX)
	POPCNTQ R12, R8
	CMPQ R8, $56
	JHI  exitRun
	NEGQ R8
	SHRXQ R8, AX, AX
	PDEPQ R12, AX, BX
	MOVQ R11, run-64(SP)
	APPLY(runLanes16, runLanes64, runApplied)
	MOVQ run-64(SP), R11
	XORL R15, R15
runPassed:
	MOVQ DX, SI
runNext:
	INCQ at-72(SP)
	DECQ R11
	JNZ  runBlock
	MOVQ SI, pos-8(SP)
	MOVQ $0, run-64(SP)
	LOAD(AX, CX)
	MOVQ at-72(SP), R8
	CMPQ R8, to+40(FP)
	JLT  block
	JMP  exit

exitRun:
	MOVQ SI, pos-8(SP)
	MOVQ R11, run-64(SP)
	JMP  exit

	// The block is as it was: only its commit changes anything.
bail:
	MOVQ $0, run-64(SP)

exit:
	MOVQ s+0(FP), R8
	MOVQ pos-8(SP), SI
	MOVQ SI, Scan_Pos(R8)
	MOVQ run-64(SP), R11
	MOVQ R11, Scan_eobRun(R8)
	MOVQ at-72(SP), R8
	MOVQ R8, ret+48(FP)
	VZEROUPPER
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

// TWOS turns the 16 lanes at p into two's complement: Y1 is 0x7fff everywhere.
#define TWOS(p, y, t) \
	VMOVDQU p, y;    \
	VPAND   Y1, y, t; \
	VPSIGNW y, t, y

// func finishAVX2(value []int16, n int, dc []int16)
TEXT ·finishAVX2(SB), NOSPLIT, $0-56
	MOVQ value_base+0(FP), DI
	MOVQ n+24(FP), AX
	MOVQ dc_base+32(FP), SI
	MOVQ dc_len+40(FP), CX
	VPCMPEQW Y1, Y1, Y1
	VPSRLW $1, Y1, Y1
	TESTQ CX, CX
	JZ   finished
	CMPQ AX, $16
	JEQ  finish16
	JHI  finish64

finish4:                         // 4 blocks
	TWOS(0(DI), Y2, Y3)
	VPMOVZXWQ (SI), Y4
	VPBLENDW $0x11, Y4, Y2, Y2
	VMOVDQU Y2, (DI)
	ADDQ $32, DI
	ADDQ $8, SI
	SUBQ $4, CX
	JNZ  finish4
	JMP  finished

finish16:
	TWOS(0(DI), Y2, Y3)
	VMOVDQU Y2, (DI)
	MOVW (SI), AX
	MOVW AX, (DI)
	ADDQ $32, DI
	ADDQ $2, SI
	DECQ CX
	JNZ  finish16
	JMP  finished

finish64:
	TWOS(0(DI), Y2, Y3)
	TWOS(32(DI), Y4, Y5)
	TWOS(64(DI), Y6, Y7)
	TWOS(96(DI), Y8, Y9)
	VMOVDQU Y2, (DI)
	VMOVDQU Y4, 32(DI)
	VMOVDQU Y6, 64(DI)
	VMOVDQU Y8, 96(DI)
	MOVW (SI), AX
	MOVW AX, (DI)
	SUBQ $-128, DI
	ADDQ $2, SI
	DECQ CX
	JNZ  finish64

finished:
	VZEROUPPER
	RET
