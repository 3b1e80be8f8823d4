//go:build !purego

#include "textflag.h"

// The AVX2 paths of the inverse DCTs. idct_generic.go is the reference: names
// here (a, b, c2, c6, o1, s1, d1, p, q, ...) are the names there.
//
// 16-bit coefficients are multiplied in pairs by VPMADDWD, which is exact in 32
// bits, so the pairs that a product sum needs are brought side by side first:
//
//	(x0,x4) (x2,x6) (x1,x7) (x5,x3)
//
// Stages of row8AVX2, for two blocks, one in each 128-bit lane:
//	1. all AC coefficients zero: fill and go on
//	2. rows 1,7,5,3: dequantise, pair, transpose, first pass, keep on the stack
//	3. rows 0,4,2,6: the same, then pack with the kept ones; the order of the
//	   rows makes each packed column hold the pairs of the second pass
//	4. columns 4-7: transpose, second pass, keep; columns 0-3: the same
//	5. pack to bytes, put the two blocks side by side, store

// PAIR is a vector of the 16-bit pair (lo, hi); LONG one of a 32-bit value;
// WORD one of a 16-bit value.
#define QUAD(name, v) \
	DATA name<>+0(SB)/8, $(v);  \
	DATA name<>+8(SB)/8, $(v);  \
	DATA name<>+16(SB)/8, $(v); \
	DATA name<>+24(SB)/8, $(v); \
	GLOBL name<>(SB), RODATA|NOPTR, $32
#define LONG(name, v) QUAD(name, (((v)&0xffffffff)<<32)|((v)&0xffffffff))
#define PAIR(name, lo, hi) LONG(name, ((((hi)&0xffff)<<16)|((lo)&0xffff)))
#define WORD(name, v) PAIR(name, v, v)

// 8 points: factors of the pairs (x0,x4), (x2,x6), (x1,x7) and (x5,x3).
PAIR(add11, 2048, 2048)
PAIR(sub11, 2048, -2048)
PAIR(add8, 256, 256)
PAIR(sub8, 256, -256)
PAIR(w2w6, 2676, 1108)
PAIR(w6w2, 1108, -2676)
PAIR(w1w7, 2841, 565)
PAIR(w7w1, 565, -2841)
PAIR(w5w3, 1609, 2408)
PAIR(w3w5, 2408, -1609)
LONG(long4, 4)
LONG(long128, 128)
LONG(long181, 181)
LONG(round8, 2105344)          // 8192 + 128<<14: rounding and level shift
WORD(word1028, 1028)           // 4 + 128<<3: rounding and level shift
WORD(limitHi, 8192)
WORD(limitLo, -8192)

// 4 points: pair (x0,x1) and pair (x2,x3) of each of the four outputs.
DATA pairs01<>+0(SB)/8, $0x1151200029cf2000 // 8192,k1  8192,k3
DATA pairs01<>+8(SB)/8, $0xd6312000eeaf2000 // 8192,-k3 8192,-k1
DATA pairs01<>+16(SB)/8, $0x1151200029cf2000
DATA pairs01<>+24(SB)/8, $0xd6312000eeaf2000
GLOBL pairs01<>(SB), RODATA|NOPTR, $32
DATA pairs23<>+0(SB)/8, $0xd631e00011512000 // 8192,k3  -8192,-k1
DATA pairs23<>+8(SB)/8, $0xeeaf200029cfe000 // -8192,k1 8192,-k3
DATA pairs23<>+16(SB)/8, $0xd631e00011512000
DATA pairs23<>+24(SB)/8, $0xeeaf200029cfe000
GLOBL pairs23<>(SB), RODATA|NOPTR, $32
LONG(longK1, 10703)
LONG(longK3, 4433)
LONG(round4, 1048576)
WORD(word128, 128)

// Byte shuffles, the same in both lanes.
#define SHUFFLE(name, lo, hi) \
	DATA name<>+0(SB)/8, $(lo);  \
	DATA name<>+8(SB)/8, $(hi);  \
	DATA name<>+16(SB)/8, $(lo); \
	DATA name<>+24(SB)/8, $(hi); \
	GLOBL name<>(SB), RODATA|NOPTR, $32
SHUFFLE(pairUp, 0x0d0c050409080100, 0x07060b0a0f0e0302) // words 0,4 2,6 1,7 5,3
SHUFFLE(swapWords, 0x0504070601000302, 0x0d0c0f0e09080b0a)
SHUFFLE(rowsOf2, 0x0d0c090805040100, 0x0f0e0b0a07060302) // row 0 of 4 blocks, row 1
QUAD(signOdd, 0xffff0001ffff0001)  // + - + -
QUAD(signHigh, 0xffffffff00010001) // + + - -
// Dwords 0,4,1,5 and 2,6,3,7.
DATA joinRows<>+0(SB)/8, $0x0000000400000000
DATA joinRows<>+8(SB)/8, $0x0000000500000001
DATA joinRows<>+16(SB)/8, $0x0000000600000002
DATA joinRows<>+24(SB)/8, $0x0000000700000003
GLOBL joinRows<>(SB), RODATA|NOPTR, $32

// CLAMPMUL dequantises r: clamp to [lo, hi], multiply by q, clamp to 8192.
#define CLAMPMUL(r, hi, lo, q) \
	VPMINSW hi, r, r;              \
	VPMAXSW lo, r, r;              \
	VPMULLW q, r, r;               \
	VPMINSW limitHi<>(SB), r, r;   \
	VPMAXSW limitLo<>(SB), r, r

// ROW loads coefficient row y (byte offset 16*y) of two blocks, dequantises it
// by the table at DX and pairs it up. Clobbers Y15.
#define ROW(y, x, r) \
	VMOVDQU        (y*16)(SI), x;           \
	VINSERTI128    $1, (y*16+128)(SI), r, r; \
	VBROADCASTI128 (y*16)(DX), Y15;         \
	VPMINSW        Y15, r, r;               \
	VBROADCASTI128 (y*16+128)(DX), Y15;     \
	VPMAXSW        Y15, r, r;               \
	VBROADCASTI128 (y*16+256)(DX), Y15;     \
	VPMULLW        Y15, r, r;               \
	VPMINSW        limitHi<>(SB), r, r;     \
	VPMAXSW        limitLo<>(SB), r, r;     \
	VPSHUFB        pairUp<>(SB), r, r

// TRANSPOSE turns four rows of four dwords per lane into Y0-Y3. Clobbers
// Y4-Y7; the rows may be among Y0-Y3.
#define TRANSPOSE(r0, r1, r2, r3) \
	VPUNPCKLDQ  r1, r0, Y4; \
	VPUNPCKHDQ  r1, r0, Y5; \
	VPUNPCKLDQ  r3, r2, Y6; \
	VPUNPCKHDQ  r3, r2, Y7; \
	VPUNPCKLQDQ Y6, Y4, Y0; \
	VPUNPCKHQDQ Y6, Y4, Y1; \
	VPUNPCKLQDQ Y7, Y5, Y2; \
	VPUNPCKHQDQ Y7, Y5, Y3

// PRODUCTS forms the products of a pass from the pairs in Y0-Y3:
// Y4 = a, Y5 = b, Y6 = c2, Y7 = c6, Y8 = o1, Y9 = o7, Y10 = o5, Y11 = o3.
#define PRODUCTS(add, sub, rnd) \
	VPMADDWD add, Y0, Y4;             \
	VPMADDWD sub, Y0, Y5;             \
	VPMADDWD w2w6<>(SB), Y1, Y6;      \
	VPMADDWD w6w2<>(SB), Y1, Y7;      \
	VPMADDWD w1w7<>(SB), Y2, Y8;      \
	VPMADDWD w7w1<>(SB), Y2, Y9;      \
	VPMADDWD w5w3<>(SB), Y3, Y10;     \
	VPMADDWD w3w5<>(SB), Y3, Y11;     \
	VPADDD   rnd, Y4, Y4;             \
	VPADDD   rnd, Y5, Y5

// DOWN3 rounds a product of the second pass down by 3 bits; Y0 holds 4.
#define DOWN3(r) \
	VPADDD Y0, r, r; \
	VPSRAD $3, r, r

// BUTTERFLY ends a pass: outputs 0-7, shifted down by sh, in
// Y0, Y1, Y2, Y3, Y4, Y5, Y6, Y7. Clobbers Y8-Y11.
#define BUTTERFLY(sh) \
	VPADDD  Y6, Y4, Y0;              \ // e0
	VPSUBD  Y6, Y4, Y3;              \ // e3
	VPADDD  Y7, Y5, Y1;              \ // e1
	VPSUBD  Y7, Y5, Y2;              \ // e2
	VPADDD  Y10, Y8, Y4;             \ // s1
	VPSUBD  Y10, Y8, Y8;             \ // d1
	VPADDD  Y11, Y9, Y5;             \ // s7
	VPSUBD  Y11, Y9, Y9;             \ // d7
	VPADDD  Y9, Y8, Y10;             \
	VPSUBD  Y9, Y8, Y8;              \
	VPMULLD long181<>(SB), Y10, Y10; \
	VPMULLD long181<>(SB), Y8, Y8;   \
	VPADDD  long128<>(SB), Y10, Y10; \
	VPADDD  long128<>(SB), Y8, Y8;   \
	VPSRAD  $8, Y10, Y10;            \ // p
	VPSRAD  $8, Y8, Y8;              \ // q
	VPSUBD  Y4, Y0, Y7;              \
	VPADDD  Y4, Y0, Y0;              \
	VPSUBD  Y5, Y3, Y4;              \
	VPADDD  Y5, Y3, Y3;              \
	VPSUBD  Y10, Y1, Y6;             \
	VPADDD  Y10, Y1, Y1;             \
	VPSUBD  Y8, Y2, Y5;              \
	VPADDD  Y8, Y2, Y2;              \
	VPSRAD  $sh, Y0, Y0;             \
	VPSRAD  $sh, Y1, Y1;             \
	VPSRAD  $sh, Y2, Y2;             \
	VPSRAD  $sh, Y3, Y3;             \
	VPSRAD  $sh, Y4, Y4;             \
	VPSRAD  $sh, Y5, Y5;             \
	VPSRAD  $sh, Y6, Y6;             \
	VPSRAD  $sh, Y7, Y7

#define PASS1 \
	PRODUCTS(add11<>(SB), sub11<>(SB), long128<>(SB)); \
	BUTTERFLY(8)

#define PASS2 \
	PRODUCTS(add8<>(SB), sub8<>(SB), round8<>(SB)); \
	VMOVDQU long4<>(SB), Y0;                        \
	DOWN3(Y6);                                      \
	DOWN3(Y7);                                      \
	DOWN3(Y8);                                      \
	DOWN3(Y9);                                      \
	DOWN3(Y10);                                     \
	DOWN3(Y11);                                     \
	BUTTERFLY(14)

// KEEP stores Y0-Y7 in the frame, PACKKEPT packs Y0-Y7 with what was kept.
#define KEEP \
	VMOVDQU Y0, 0(SP);   \
	VMOVDQU Y1, 32(SP);  \
	VMOVDQU Y2, 64(SP);  \
	VMOVDQU Y3, 96(SP);  \
	VMOVDQU Y4, 128(SP); \
	VMOVDQU Y5, 160(SP); \
	VMOVDQU Y6, 192(SP); \
	VMOVDQU Y7, 224(SP)

// STORE2 packs two rows of words to bytes and stores 16 pixels of each.
#define STORE2(r0, r1, x0) \
	VPACKUSWB    r1, r0, r0;    \
	VPERMQ       $0xd8, r0, r0; \
	VMOVDQU      x0, (DI);      \
	VEXTRACTI128 $1, r0, (DI)(R8*1); \
	LEAQ         (DI)(R8*2), DI

// func row8AVX2(dst []byte, stride int, coef []int16, t *dequantTable8, n int)
TEXT ·row8AVX2(SB), NOSPLIT, $256-72
	MOVQ dst_base+0(FP), R9
	MOVQ stride+24(FP), R8
	MOVQ coef_base+32(FP), SI
	MOVQ t+56(FP), DX
	MOVQ n+64(FP), CX

pair8:
	// 1. Rows as they lie in memory, two per register, all but the firsts.
	VMOVDQU (SI), Y0
	VMOVDQU 128(SI), Y1
	VPOR    Y1, Y0, Y2
	VMOVDQU 32(SI), Y3
	VPOR    160(SI), Y3, Y3
	VMOVDQU 64(SI), Y4
	VPOR    192(SI), Y4, Y4
	VMOVDQU 96(SI), Y5
	VPOR    224(SI), Y5, Y5
	VPOR    Y4, Y3, Y3
	VPOR    Y5, Y3, Y3
	VPBLENDW $1, Y3, Y2, Y4      // drops the first words of rows 0 and 1:
	VEXTRACTI128 $1, Y2, X5      // here is row 1 whole
	VPOR    Y3, Y4, Y4
	VPOR    Y5, Y4, Y4
	VPTEST  Y4, Y4
	JZ      flat8

	// 2.
	ROW(1, X0, Y0)
	ROW(7, X1, Y1)
	ROW(5, X2, Y2)
	ROW(3, X3, Y3)
	TRANSPOSE(Y0, Y1, Y2, Y3)
	PASS1
	KEEP

	// 3.
	ROW(0, X0, Y0)
	ROW(4, X1, Y1)
	ROW(2, X2, Y2)
	ROW(6, X3, Y3)
	TRANSPOSE(Y0, Y1, Y2, Y3)
	PASS1
	VPACKSSDW 0(SP), Y0, Y12
	VPACKSSDW 32(SP), Y1, Y13
	VPACKSSDW 64(SP), Y2, Y14
	VPACKSSDW 96(SP), Y3, Y15
	VPACKSSDW 128(SP), Y4, Y0
	VPACKSSDW 160(SP), Y5, Y1
	VPACKSSDW 192(SP), Y6, Y2
	VPACKSSDW 224(SP), Y7, Y3

	// 4.
	TRANSPOSE(Y0, Y1, Y2, Y3)
	PASS2
	KEEP
	TRANSPOSE(Y12, Y13, Y14, Y15)
	PASS2

	// 5.
	VPACKSSDW 0(SP), Y0, Y0
	VPACKSSDW 32(SP), Y1, Y1
	VPACKSSDW 64(SP), Y2, Y2
	VPACKSSDW 96(SP), Y3, Y3
	VPACKSSDW 128(SP), Y4, Y4
	VPACKSSDW 160(SP), Y5, Y5
	VPACKSSDW 192(SP), Y6, Y6
	VPACKSSDW 224(SP), Y7, Y7
	MOVQ R9, DI
	STORE2(Y0, Y1, X0)
	STORE2(Y2, Y3, X2)
	STORE2(Y4, Y5, X4)
	STORE2(Y6, Y7, X6)

next8:
	ADDQ $256, SI
	ADDQ $16, R9
	SUBQ $2, CX
	JNZ  pair8
	VZEROUPPER
	RET

flat8:
	// Each lane becomes one value: clamp((dequantised + 4) >> 3 + 128), which
	// is what the two passes make of a lone first coefficient.
	VMOVDQU        (SI), X0
	VINSERTI128    $1, 128(SI), Y0, Y0
	VBROADCASTI128 (DX), Y13
	VBROADCASTI128 128(DX), Y14
	VBROADCASTI128 256(DX), Y15
	CLAMPMUL(Y0, Y13, Y14, Y15)
	VPADDW         word1028<>(SB), Y0, Y0
	VPSRAW         $3, Y0, Y0
	VPACKUSWB      Y0, Y0, Y0
	VPXOR          Y1, Y1, Y1
	VPSHUFB        Y1, Y0, Y0
	VPERMQ         $0x08, Y0, Y0 // low lane: 8 of the first, 8 of the second
	MOVQ           R9, DI
	LEAQ           (R8)(R8*2), BX
	VMOVDQU        X0, (DI)
	VMOVDQU        X0, (DI)(R8*1)
	VMOVDQU        X0, (DI)(R8*2)
	VMOVDQU        X0, (DI)(BX*1)
	LEAQ           (DI)(R8*4), DI
	VMOVDQU        X0, (DI)
	VMOVDQU        X0, (DI)(R8*1)
	VMOVDQU        X0, (DI)(R8*2)
	VMOVDQU        X0, (DI)(BX*1)
	JMP            next8

// ROW4 is the first pass of one row per lane: s01 and s23 pick the pairs (x0,x1)
// and (x2,x3) of that row from r, four times each, so that one product sum
// gives all four outputs. Y14 holds the rounding. Clobbers Y12.
#define ROW4(r, s01, s23, out) \
	VPSHUFD  s01, r, out;             \
	VPSHUFD  s23, r, Y12;             \
	VPMADDWD pairs01<>(SB), out, out; \
	VPMADDWD pairs23<>(SB), Y12, Y12; \
	VPADDD   Y14, out, out;           \
	VPADDD   Y12, out, out;           \
	VPSRAD   $8, out, out

// TWO4 transforms the blocks at offsets o and o+64, one per lane, to words in
// w01 (rows 0 and 1, four pixels each) and w23. Clobbers Y0-Y7, Y12.
#define TWO4(o, w01, w23) \
	VMOVDQU     (o)(SI), X0;               \
	VINSERTI128 $1, (o+64)(SI), Y0, Y0;    \
	VMOVDQU     (o+16)(SI), X1;            \
	VINSERTI128 $1, (o+80)(SI), Y1, Y1;    \
	CLAMPMUL(Y0, 0(SP), 64(SP), 128(SP));  \
	CLAMPMUL(Y1, 32(SP), 96(SP), 160(SP)); \
	ROW4(Y0, $0x00, $0x55, Y2);            \
	ROW4(Y0, $0xaa, $0xff, Y3);            \
	ROW4(Y1, $0x00, $0x55, Y4);            \
	ROW4(Y1, $0xaa, $0xff, Y5);            \
	VPADDD      Y4, Y2, Y0;                \
	VPSUBD      Y4, Y2, Y1;                \
	VPSLLD      $13, Y0, Y0;               \
	VPSLLD      $13, Y1, Y1;               \
	VPADDD      Y15, Y0, Y0;               \
	VPADDD      Y15, Y1, Y1;               \
	VPMULLD     longK1<>(SB), Y3, Y2;      \
	VPMULLD     longK3<>(SB), Y5, Y4;      \
	VPMULLD     longK3<>(SB), Y3, Y3;      \
	VPMULLD     longK1<>(SB), Y5, Y5;      \
	VPADDD      Y4, Y2, Y2;                \ // p
	VPSUBD      Y5, Y3, Y3;                \ // q
	VPADDD      Y2, Y0, Y4;                \
	VPSUBD      Y2, Y0, Y5;                \
	VPADDD      Y3, Y1, Y6;                \
	VPSUBD      Y3, Y1, Y7;                \
	VPSRAD      $21, Y4, Y4;               \
	VPSRAD      $21, Y5, Y5;               \
	VPSRAD      $21, Y6, Y6;               \
	VPSRAD      $21, Y7, Y7;               \
	VPACKSSDW   Y6, Y4, w01;               \
	VPACKSSDW   Y5, Y7, w23;               \
	VPADDW      word128<>(SB), w01, w01;   \
	VPADDW      word128<>(SB), w23, w23

// Stages of row4AVX2, for blocks a, b, c, d:
//	1. lanes a and c: dequantise, first pass by row with the row's dwords
//	   broadcast, second pass across the rows, pack
//	2. lanes b and d: the same
//	3. interleave to 16 pixels per row, store four rows
//
// func row4AVX2(dst []byte, stride int, coef []int16, t *dequantTable4, n int)
TEXT ·row4AVX2(SB), NOSPLIT, $192-72
	MOVQ dst_base+0(FP), DI
	MOVQ stride+24(FP), R8
	MOVQ coef_base+32(FP), SI
	MOVQ t+56(FP), DX
	MOVQ n+64(FP), CX
	LEAQ (R8)(R8*2), R9

	// hi, lo and q of rows 0,1 and of rows 2,3, doubled for the two lanes.
	VBROADCASTI128 0(DX), Y0
	VBROADCASTI128 16(DX), Y1
	VBROADCASTI128 32(DX), Y2
	VBROADCASTI128 48(DX), Y3
	VBROADCASTI128 64(DX), Y4
	VBROADCASTI128 80(DX), Y5
	VMOVDQU        Y0, 0(SP)
	VMOVDQU        Y1, 32(SP)
	VMOVDQU        Y2, 64(SP)
	VMOVDQU        Y3, 96(SP)
	VMOVDQU        Y4, 128(SP)
	VMOVDQU        Y5, 160(SP)
	VMOVDQU        long128<>(SB), Y14
	VMOVDQU        round4<>(SB), Y15

four4:
	TWO4(0, Y8, Y9)
	TWO4(32, Y10, Y11)
	VPACKUSWB    Y9, Y8, Y8        // a: rows 0,1,2,3 | c
	VPACKUSWB    Y11, Y10, Y10     // b: rows 0,1,2,3 | d
	VPUNPCKLDQ   Y10, Y8, Y0       // a0 b0 a1 b1 | c0 d0 c1 d1
	VPUNPCKHDQ   Y10, Y8, Y1       // rows 2 and 3
	VPERMQ       $0xd8, Y0, Y0
	VPERMQ       $0xd8, Y1, Y1
	VMOVDQU      X0, (DI)
	VEXTRACTI128 $1, Y0, (DI)(R8*1)
	VMOVDQU      X1, (DI)(R8*2)
	VEXTRACTI128 $1, Y1, (DI)(R9*1)
	ADDQ         $128, SI
	ADDQ         $16, DI
	SUBQ         $4, CX
	JNZ          four4
	VZEROUPPER
	RET

// FOUR2 transforms the four blocks at offset o to words in r: the pixels of
// row 0 and of row 1 of each block. Clobbers Y2.
//	r       = c00+c01 c00-c01 c10+c11 c10-c11
//	then + and - its halves, saturating: 4*8192 does not fit
#define FOUR2(o, r) \
	VMOVDQU  (o)(SI), r;              \
	CLAMPMUL(r, Y8, Y9, Y10);         \
	VPSHUFB  Y11, r, Y2;              \
	VPSIGNW  Y12, r, r;               \
	VPADDW   Y2, r, r;                \
	VPSHUFD  $0xb1, r, Y2;            \
	VPSIGNW  Y13, r, r;               \
	VPADDSW  Y2, r, r;                \
	VPADDSW  Y14, r, r;               \
	VPSRAW   $3, r, r

// func row2AVX2(dst []byte, stride int, coef []int16, t *dequantTable2, n int)
TEXT ·row2AVX2(SB), NOSPLIT, $0-72
	MOVQ dst_base+0(FP), DI
	MOVQ stride+24(FP), R8
	MOVQ coef_base+32(FP), SI
	MOVQ t+56(FP), DX
	MOVQ n+64(FP), CX
	VPBROADCASTQ 0(DX), Y8
	VPBROADCASTQ 8(DX), Y9
	VPBROADCASTQ 16(DX), Y10
	VMOVDQU      swapWords<>(SB), Y11
	VMOVDQU      signOdd<>(SB), Y12
	VMOVDQU      signHigh<>(SB), Y13
	VMOVDQU      word1028<>(SB), Y14
	VMOVDQU      joinRows<>(SB), Y15

eight2:
	FOUR2(0, Y0)
	FOUR2(32, Y1)
	VPACKUSWB    Y1, Y0, Y0          // blocks 0 1 4 5 | 2 3 6 7
	VPSHUFB      rowsOf2<>(SB), Y0, Y0
	VPERMD       Y0, Y15, Y0
	VMOVDQU      X0, (DI)
	VEXTRACTI128 $1, Y0, (DI)(R8*1)
	ADDQ         $64, SI
	ADDQ         $16, DI
	SUBQ         $8, CX
	JNZ          eight2
	VZEROUPPER
	RET

// func row1AVX2(dst []byte, coef []int16, hi, q int16, n int)
TEXT ·row1AVX2(SB), NOSPLIT, $0-64
	MOVQ dst_base+0(FP), DI
	MOVQ coef_base+24(FP), SI
	MOVQ n+56(FP), CX
	VPBROADCASTW hi+48(FP), Y8
	VPBROADCASTW q+50(FP), Y10
	VPXOR        Y9, Y9, Y9
	VPSUBW       Y8, Y9, Y9
	VMOVDQU      word1028<>(SB), Y14

thirtyTwo1:
	VMOVDQU   (SI), Y0
	VMOVDQU   32(SI), Y1
	CLAMPMUL(Y0, Y8, Y9, Y10)
	CLAMPMUL(Y1, Y8, Y9, Y10)
	VPADDW    Y14, Y0, Y0
	VPADDW    Y14, Y1, Y1
	VPSRAW    $3, Y0, Y0
	VPSRAW    $3, Y1, Y1
	VPACKUSWB Y1, Y0, Y0
	VPERMQ    $0xd8, Y0, Y0
	VMOVDQU   Y0, (DI)
	ADDQ      $64, SI
	ADDQ      $32, DI
	SUBQ      $32, CX
	JNZ       thirtyTwo1
	VZEROUPPER
	RET
