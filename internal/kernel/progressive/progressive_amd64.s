//go:build !purego

#include "textflag.h"
#include "go_asm.h"

// The scans of progressive_generic.go with BMI2: names are the names there.
//
// Masks have the first coefficient at the top, as the data have their bits. So
// with n = POPCNT(mask), PDEP of the next n bits by mask gives each coefficient
// its correction bit; and with z zeros left in the band, the place behind r
// zeros is the zero number z-1-r from the bottom: PDEP of 1<<(z-1-r).

// LOAD sets w to the bits from SI on (57 of them valid); t is a scratch
// register other than w.
#define LOAD(w, t) \
	MOVQ   SI, w;           \
	SHRQ   $3, w;           \
	MOVQ   (DI)(w*1), w;    \
	BSWAPQ w;               \
	MOVL   SI, t;           \
	ANDL   $7, t;           \
	SHLXQ  t, w, w

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

// APPLY adds the scan's bit to the coefficients BX of the block R10, and the
// sign to those of R15. It uses R8, R9, R11, CX.
#define APPLY(l16, l64, done) \
	MOVQ  l+16(FP), CX;             \
	MOVQ  lanes_need(CX), R9;       \
	ANDQ  R9, BX;                   \
	JZ    done;                     \
	MOVQ  value-32(SP), R11;        \
	CMPQ  lanes-40(SP), $16;        \
	JEQ   l16;                      \
	JHI   l64;                      \
	PEXTQ R9, BX, BX;               \
	PEXTQ R9, R15, R15;             \
	MOVQ  lanes_spread(CX)(BX*8), BX;   \
	MOVQ  lanes_spread(CX)(R15*8), R15; \
	MOVQ  al-48(SP), R8;            \
	SHLXQ R8, BX, BX;               \
	SHLQ  $15, R15;                 \
	ORQ   R15, BX;                  \
	ORQ   BX, (R11)(R10*8);         \
	JMP   done;                     \
l16: \
	VMOVQ BX, X5;                   \
	VPBROADCASTQ X5, Y5;            \
	VMOVQ R15, X6;                  \
	VPBROADCASTQ X6, Y6;            \
	MOVQ  R10, R8;                  \
	SHLQ  $5, R8;                   \
	ADDQ  R8, R11;                  \
	EXPAND16((R11), lanes_expand);  \
	JMP   done;                     \
l64: \
	VMOVQ BX, X5;                   \
	VPBROADCASTQ X5, Y5;            \
	VMOVQ R15, X6;                  \
	VPBROADCASTQ X6, Y6;            \
	MOVQ  R10, R8;                  \
	SHLQ  $7, R8;                   \
	ADDQ  R8, R11;                  \
	EXPAND16((R11), lanes_expand);  \
	EXPAND16(32(R11), lanes_expand+64);  \
	EXPAND16(64(R11), lanes_expand+128); \
	EXPAND16(96(R11), lanes_expand+192); \
done:

// func refinePDEP(s *Scan, t *[1 << refineBits]uint32, l *lanes, band uint64, b, to int) int
//
// DI data, SI position in bits, R10 block.
// Of the block: R12 non-zero coefficients still ahead, R13 zeros still ahead,
// R14 their number, BX bits to add, R15 negative ones among them, DX new
// coefficients.
TEXT ·refinePDEP(SB), NOSPLIT, $64-56
	MOVQ s+0(FP), R8
	MOVQ Scan_Data(R8), DI
	MOVQ Scan_Pos(R8), SI
	MOVQ b+32(FP), R10
	MOVQ Scan_Mask(R8), R9
	MOVQ R9, mask-24(SP)
	MOVQ Scan_Value(R8), R9
	MOVQ R9, value-32(SP)
	MOVQ Scan_Lanes(R8), R9
	MOVQ R9, lanes-40(SP)
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

block:
	MOVQ mask-24(SP), R9
	MOVQ (R9)(R10*8), R12
	MOVQ band+24(FP), R13
	ANDQ R13, R12
	XORQ R12, R13
	POPCNTQ R13, R14
	XORL BX, BX
	XORL R15, R15
	XORL DX, DX

symbol:
	LOAD(AX, CX)
	MOVQ AX, R8
	SHRQ $(64-const_refineBits), R8
	MOVQ t+8(FP), R9
	MOVL (R9)(R8*4), CX
	BTL  $16, CX
	JCC  special
	MOVL CX, R8
	SHRL $const_refineCount, R8
	SUBQ R8, R14             // zeros behind the place
	JCS  bail                // it is not in the band
	MOVL $1, R11
	SHLXQ R14, R11, R11
	PDEPQ R13, R11, R11      // the place
	LEAQ -1(R11), R8         // what is behind it
	ANDNQ R12, R8, R9        // non-zero coefficients passed
	ANDQ R8, R12
	ANDQ R8, R13
	SHLXQ CX, AX, AX         // the sign is at the top now
	MOVQ AX, R8
	SARQ $63, R8
	BTL  $17, CX
	JCS  zrl
placed:
	ANDNQ R11, R8, R8
	ORQ  R8, R15
	ORQ  R11, DX
	ORQ  R11, BX
	ANDL $63, CX
	POPCNTQ R9, R8
	LEAQ 1(SI)(CX*1), SI
	ADDQ R8, SI
	ANDQ head-16(SP), R9
	POPCNTQ R9, R8
	CMPQ R8, $46             // a code of 9 bits and a sign leave 47 bits
	JHI  bail
	NEGQ R8
	ADDQ AX, AX
	SHRXQ R8, AX, AX         // without corrections they are shifted by 0,
	PDEPQ R9, AX, AX         // and deposited nowhere
	ORQ  AX, BX
	MOVQ R12, R8
	ORQ  R13, R8
	JNZ  symbol
	MOVQ $0, run-64(SP)
	JMP  commit

zrl:
	XORL R11, R11
	JMP  placed

special:
	BTL  $18, CX
	JCC  bail                // a long code
	MOVL CX, R8
	SHRL $const_refineCount, R8
	ANDL $63, CX
	INCL CX
	ADDQ CX, SI
	SUBQ R8, CX
	SHLXQ CX, AX, AX
	SHRQ $1, AX
	MOVL $63, CX
	SUBQ R8, CX
	SHRXQ CX, AX, AX
	MOVL $1, R11
	SHLXQ R8, R11, R11
	LEAQ -1(R11)(AX*1), AX   // blocks behind this one
	MOVQ AX, run-64(SP)
	POPCNTQ R12, R8
	LOAD(AX, CX)
	ADDQ R8, SI
	ANDQ head-16(SP), R12
	POPCNTQ R12, R8
	CMPQ R8, $56
	JHI  bail
	NEGQ R8
	SHRXQ R8, AX, AX
	PDEPQ R12, AX, AX
	ORQ  AX, BX

commit:
	CMPQ SI, end-56(SP)
	JGT  bail
	MOVQ SI, pos-8(SP)
	MOVQ mask-24(SP), R9
	ORQ  DX, (R9)(R10*8)
	APPLY(lanes16, lanes64, next)
	INCQ R10
	MOVQ run-64(SP), R11
	TESTQ R11, R11
	JNZ  run
	CMPQ R10, to+40(FP)
	JLT  block
	JMP  exit

	// The blocks of an end-of-band run, R11 of them.
run:
	XORL R15, R15            // nothing new, so nothing negative
runBlock:
	CMPQ R10, to+40(FP)
	JGE  exitRun
	MOVQ mask-24(SP), R9
	MOVQ (R9)(R10*8), R12
	ANDQ band+24(FP), R12
	JZ   runNext
	POPCNTQ R12, R8
	ADDQ SI, R8
	CMPQ R8, end-56(SP)
	JGT  exitRun
	MOVQ R8, DX
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
	INCQ R10
	DECQ R11
	JNZ  runBlock
	MOVQ SI, pos-8(SP)
	CMPQ R10, to+40(FP)
	JLT  block
	MOVQ $0, run-64(SP)
	JMP  exit

exitRun:
	MOVQ SI, pos-8(SP)
	MOVQ R11, run-64(SP)
	JMP  exit

	// The block R10 is as it was: only its commit changes anything.
bail:
	MOVQ $0, run-64(SP)

exit:
	MOVQ s+0(FP), R8
	MOVQ pos-8(SP), SI
	MOVQ SI, Scan_Pos(R8)
	MOVQ run-64(SP), R11
	MOVQ R11, Scan_eobRun(R8)
	MOVQ R10, ret+48(FP)
	VZEROUPPER
	RET
