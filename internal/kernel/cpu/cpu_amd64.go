//go:build !purego

package cpu

const pureGo = false

// cpuid runs the CPUID instruction for a leaf and subleaf.
//
//go:noescape
func cpuid(leaf, sub uint32) (a, b, c, d uint32)

// xgetbv returns the low half of XCR0: the register state that the operating
// system saves. Only valid when CPUID says that it has OSXSAVE.
//
//go:noescape
func xgetbv() uint32

// CPUID bits, Intel SDM volume 2A.
const (
	leaf1OSXSAVE = 1 << 27 // ECX
	leaf1AVX     = 1 << 28 // ECX
	leaf7BMI1    = 1 << 3  // EBX
	leaf7AVX2    = 1 << 5  // EBX
	leaf7BMI2    = 1 << 8  // EBX
	xcr0XMMYMM   = 1<<1 | 1<<2
)

func detect() Path {
	maxLeaf, vb, vc, vd := cpuid(0, 0)
	if maxLeaf < 7 {
		return Path{}
	}
	sig, _, c1, _ := cpuid(1, 0)
	_, b7, _, _ := cpuid(7, 0)
	var p Path
	if c1&leaf1OSXSAVE != 0 && c1&leaf1AVX != 0 && xgetbv()&xcr0XMMYMM == xcr0XMMYMM {
		p.AVX2 = b7&leaf7AVX2 != 0
	}
	p.BMI2 = b7&leaf7BMI1 != 0 && b7&leaf7BMI2 != 0
	p.FastPDEP = p.BMI2 && !slowPDEP(vb, vc, vd, sig)
	return p
}

// slowPDEP reports whether the processor runs PDEP in microcode: AMD before
// family 19h (Excavator is family 15h, Zen 1 and 2 are family 17h) and Hygon,
// whose family 18h is Zen 1. vb, vc and vd are the vendor words of CPUID leaf 0,
// sig is EAX of leaf 1.
func slowPDEP(vb, vc, vd, sig uint32) bool {
	family := sig >> 8 & 15
	if family == 15 {
		family += sig >> 20 & 255
	}
	amd := vb == 0x68747541 && vd == 0x69746e65 && vc == 0x444d4163   // "AuthenticAMD"
	hygon := vb == 0x6f677948 && vd == 0x6e65476e && vc == 0x656e6975 // "HygonGenuine"
	return amd && family < 0x19 || hygon
}
