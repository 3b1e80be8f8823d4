package jpeg

// acFirst is figure G.3 with decoding in the place of encoding (G.2).
func (st *refState) acFirst(sc scanComponent, coef *[64]int16, coded *[64]bool) {
	if st.eobRun > 0 {
		st.eobRun--
		return
	}
	for k := st.s.ss; k <= st.s.se; {
		symbol := st.r.symbol(sc.ac)
		run, size := symbol>>4, symbol&15
		if size == 0 && run < 15 {
			st.eobRun = 1<<run + st.r.receive(run) - 1
			return
		}
		k += run
		if k > st.s.se || size+st.s.al > 15 && size > 0 {
			panic(refStop{})
		}
		if size > 0 {
			z := zigzag[k]
			coef[z] = int16(extend(st.r.receive(size), size) << st.s.al)
			coded[z] = true
		}
		k++
	}
}

// acRefine is G.1.2.3 (figure G.7 read backwards).
func (st *refState) acRefine(sc scanComponent, coef *[64]int16, coded *[64]bool) {
	s := st.s
	bit := int16(1) << s.al
	correct := func(z uint8) {
		if st.r.bit() == 1 {
			if coef[z] >= 0 {
				coef[z] += bit
			} else {
				coef[z] -= bit
			}
		}
	}
	k := s.ss
	for st.eobRun == 0 && k <= s.se {
		symbol := st.r.symbol(sc.ac)
		run, size := symbol>>4, symbol&15
		var value int16
		switch {
		case size == 0 && run < 15:
			st.eobRun = 1<<run + st.r.receive(run)
			continue
		case size > 1:
			panic(refStop{})
		case size == 1:
			value = bit
			if st.r.bit() == 0 {
				value = -bit
			}
		}
		// Pass over run coefficients that are still zero, and over all that are
		// not, up to the next zero one.
		for ; k <= s.se; k++ {
			z := zigzag[k]
			if coded[z] {
				correct(z)
				continue
			}
			if run == 0 {
				break
			}
			run--
		}
		if k > s.se {
			panic(refStop{}) // the run leaves the band
		}
		if size == 1 {
			coef[zigzag[k]], coded[zigzag[k]] = value, true
		}
		k++
	}
	if st.eobRun > 0 {
		for ; k <= s.se; k++ {
			if coded[zigzag[k]] {
				correct(zigzag[k])
			}
		}
		st.eobRun--
	}
}
