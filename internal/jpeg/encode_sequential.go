package jpeg

import (
	"bytes"
	"slices"

	"imgpool/internal/kernel/tokens"
)

// writeSequential appends one scan with all components (T.81 F.1): the rows
// are transformed and turned into tokens MCU row by MCU row.
func (e *encoder) writeSequential(dst *bytes.Buffer) error {
	for i := range e.comps {
		e.comps[i].hold(e.comps[i].V)
	}
	e.beginScans()
	var pred [4]int32
	for my := range e.mcusY {
		for i := range e.comps {
			c := &e.comps[i]
			for by := my * c.V; by < min((my+1)*c.V, c.blocksY); by++ {
				if err := c.fill(by, &e.strip); err != nil {
					return err
				}
			}
		}
		e.tokenise(my, &pred)
	}
	e.writeTables(dst, false)
	all := [3]int{0, 1, 2}
	e.writeScan(dst, &scanScript{se: 63}, all[:len(e.comps)], e.tokens)
	return nil
}

// tokenise appends the tokens of one row of MCUs: those that all components
// fill in one go, then those at the edge.
func (e *encoder) tokenise(my int, pred *[4]int32) {
	whole := e.mcusX
	for i := range e.comps {
		c := &e.comps[i]
		if whole = min(whole, c.blocksX/c.H); (my+1)*c.V > c.blocksY {
			whole = 0
		}
	}
	freq := (*[tokens.Symbols]uint32)(e.freq[:])
	cur := make([]tokens.Cursor, 0, maxMCUBlocks)
	for i := range e.comps {
		c := &e.comps[i]
		for by := my * c.V; whole > 0 && by < (my+1)*c.V; by++ {
			for bx := range c.H {
				cur = append(cur, c.cursor(i, bx, by))
			}
		}
	}
	n := len(e.tokens)
	room := e.blocksPerMCU() * e.mcusX * tokens.PerBlock
	all := slices.Grow(e.tokens, room)[:n+room]
	n += tokens.Row(all[n:], freq, cur, pred, whole)
	e.tokens = all[:n]
	for mx := whole; mx < e.mcusX; mx++ {
		e.tokeniseEdge(mx, my, pred)
	}
}

// tokeniseEdge appends the tokens of an MCU that some component does not fill.
// Blocks that only fill it up repeat the DC before them and have nothing else.
func (e *encoder) tokeniseEdge(mx, my int, pred *[4]int32) {
	freq := (*[tokens.Symbols]uint32)(e.freq[:])
	for i := range e.comps {
		c := &e.comps[i]
		dc := c.dcToken()
		for by := my * c.V; by < (my+1)*c.V; by++ {
			for bx := mx * c.H; bx < (mx+1)*c.H; bx++ {
				n := len(e.tokens)
				if bx < c.blocksX && by < c.blocksY {
					cur := [1]tokens.Cursor{c.cursor(i, bx, by)}
					e.tokens = e.tokens[:n+tokens.Row(e.tokens[n:n+tokens.PerBlock], freq, cur[:], pred, 1)]
					continue
				}
				eob := dc + (tokens.AC|tokens.EOB)<<16
				e.tokens = append(e.tokens, dc, eob)
				freq[dc>>16]++
				freq[eob>>16]++
			}
		}
	}
}

// dcToken is the component's DC table as a token, acToken its AC table.
func (c *encComponent) dcToken() token { return token(c.table) << 25 }
func (c *encComponent) acToken() token { return c.dcToken() + tokens.AC<<16 }

// cursor follows component i's block bx of row by through the MCUs.
func (c *encComponent) cursor(i, bx, by int) tokens.Cursor {
	coefs, masks := c.row(by)
	return tokens.Cursor{Coef: coefs[bx*64:], Mask: masks[bx:], Step: c.H, DC: c.dcToken(), Pred: i}
}
