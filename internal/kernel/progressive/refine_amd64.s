//go:build !purego

#include "textflag.h"
#include "go_asm.h"
#include "bits_amd64.h"

// The refinement scans of progressive_generic.go with BMI2: names are the names
// there.
//
// Masks have the first coefficient at the top, as the data have their bits. So
// with n = POPCNT(mask), PDEP of the next n bits by mask gives each coefficient
// its correction bit; and with z zeros left in the band, the place behind r
// zeros is the zero number z-1-r from the bottom: PDEP of 1<<(z-1-r).

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
