// The bit reader of the assembly: DI is the data, SI the offset of the next bit.
//
// AX runs ahead: it has at least 16 of the bits from SI on, shifted there from
// what was loaded for the symbol before, so that looking up the next symbol
// waits neither for memory nor for the position.

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
