package index

import (
	"crypto/sha256"
	"encoding/hex"
	"io"
	"strconv"
)

// Sum identifies bytes: the first half of their SHA-256.
type Sum [16]byte

// SumOf is the Sum of data.
func SumOf(data []byte) Sum {
	whole := sha256.Sum256(data)
	return Sum(whole[:len(Sum{})])
}

// SumAll is the Sum of all that r gives.
func SumAll(r io.Reader) (Sum, error) {
	h := sha256.New()
	if _, err := io.Copy(h, r); err != nil {
		return Sum{}, err
	}
	return Sum(h.Sum(nil)[:len(Sum{})]), nil
}

// Origin tells from what and how an output was made, so that it need not be made again. The zero value tells nothing.
type Origin struct {
	// Size in bytes and MTime, in nanoseconds since 1970, of the input.
	Size, MTime int64
	// How stands for the options and the version, From for the input's path
	// below the folder that was named, Input and Output for the bytes.
	How, From, Input, Output Sum
}

// originFields is how many fields of a line an Origin takes.
const originFields = 6

// append appends the fields of o, each with its tab.
func (o *Origin) append(b []byte) []byte {
	b = record{o.Size, o.MTime}.append(b)
	for _, sum := range []Sum{o.How, o.From, o.Input, o.Output} {
		b = append(hex.AppendEncode(b, sum[:]), '\t')
	}
	return b
}

// parseOrigin reads originFields fields.
func parseOrigin(fields []string) (o Origin, ok bool) {
	var errs [originFields]error
	o.Size, errs[0] = strconv.ParseInt(fields[0], 10, 64)
	o.MTime, errs[1] = strconv.ParseInt(fields[1], 10, 64)
	for i, sum := range []*Sum{&o.How, &o.From, &o.Input, &o.Output} {
		var b []byte
		if b, errs[2+i] = hex.DecodeString(fields[2+i]); len(b) != len(sum) {
			return Origin{}, false
		}
		copy(sum[:], b)
	}
	return o, errs == [originFields]error{} && o != Origin{}
}

// Origin returns from what the file at rel (relative to the output folder) was made when it was announced last, and how
// many bytes it has. ok is false where that is not known. Whether the file is still that one is not looked at.
func (l *List) Origin(rel string) (o Origin, size int64, ok bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	e := l.entries[key(rel)]
	return e.origin, e.last.size, e.origin != Origin{}
}
