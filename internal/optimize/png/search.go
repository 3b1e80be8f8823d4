package png

import (
	"cmp"
	"context"
	"math"
	"slices"

	"imgpool/internal/kernel/pngfilter"
	"imgpool/internal/optimize/deflate"
)

// trial is a form with filters, and about what it takes.
type trial struct {
	recipe int
	kinds  []pngfilter.Kind
	size   int // bytes of image data, palette and transparency
	draft  *deflate.Draft
}

// search looks for the smallest way to store a picture.
type search struct {
	*workspace
	plan    plan
	recipes []recipe
	source  *source // nil for a fresh picture
	trials  []trial // the best so far, the smallest first
}

// source is how the file stores the picture now.
type source struct {
	header header
	kinds  []pngfilter.Kind // of its rows, nil if it is interlaced
	size   int              // bytes as in trial
}

// run returns the smallest result, or nil if the source is not larger than
// that.
func (s *search) run(ctx context.Context) (*result, error) {
	var unfiltered []header // of forms whose palette was tried in some order
	for i, r := range s.recipes {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		f := r(&s.formPix)
		strategies := s.strategies(&f)
		if f.header.colour == indexed && s.plan.finals == 1 && f.header.filteredSize() > int64(s.plan.exact) {
			// Without filters, another order of the palette is another name for
			// each byte: an estimate would tell the same.
			if slices.Contains(unfiltered, f.header) {
				strategies = slices.DeleteFunc(slices.Clone(strategies), func(s strategy) bool { return s == allNone })
			}
			unfiltered = append(unfiltered, f.header)
		}
		for _, kinds := range s.filterer.choose(&f, strategies) {
			s.try(i, &f, kinds)
		}
		if s.source != nil && s.source.kinds != nil && f.header == s.source.header {
			s.try(i, &f, s.source.kinds)
		}
	}
	if err := s.bruteForce(ctx); err != nil {
		return nil, err
	}
	return s.finish(ctx)
}

func (s *search) strategies(f *form) []strategy {
	if f.header.colour == indexed || f.header.depth < 8 {
		return s.plan.indexed
	}
	return s.plan.direct
}

// limit is what a trial must be below to be worth keeping.
func (s *search) limit() int {
	if len(s.trials) < s.plan.finals {
		return math.MaxInt
	}
	return s.trials[len(s.trials)-1].size
}

// try estimates what a form with these filters takes, and keeps it if it is
// among the best.
func (s *search) try(i int, f *form, kinds []pngfilter.Kind) {
	s.filtered = s.filterer.apply(s.filtered[:0], f, kinds)
	limit := s.limit()
	most := limit - min(limit, f.overhead())
	exact := len(s.filtered) <= s.plan.exact
	allow := most
	if exact {
		allow = math.MaxInt
	}
	d := s.encoder.Draft(s.filtered, allow)
	if d == nil {
		return
	}
	size := d.Size
	if exact {
		out, ok := s.encoder.Append(s.out[:0], s.filtered, d, s.params(f), most)
		if !ok {
			return
		}
		s.out, size = out, len(out)
	}
	s.keep(trial{i, kinds, size + f.overhead(), d})
}

// params are the plan's for f.
func (s *search) params(f *form) deflate.Params {
	return s.fit(s.plan.params, f)
}

// fit is p for the data of f, which are in filtered.
func (s *search) fit(p deflate.Params, f *form) deflate.Params {
	p.Period = f.header.pixelBytes()
	p.Thorough = s.plan.paths > 0 && p.Passes > rankPasses
	if len(s.filtered) < 1<<16 {
		p.Passes++ // they take no time
	} else if len(s.filtered) > 1<<20 {
		p.Passes = max(1, p.Passes-1) // where they take the most, the draft tells more
	}
	return p
}

// keep puts t among the best, if it belongs there.
func (s *search) keep(t trial) {
	if t.size >= s.limit() {
		return
	}
	at, _ := slices.BinarySearchFunc(s.trials, t, func(a, b trial) int { return cmp.Or(cmp.Compare(a.size, b.size), -1) })
	s.trials = slices.Insert(s.trials, at, t)
	s.trials = s.trials[:min(len(s.trials), s.plan.finals)]
}

// flat tells of a form that takes size bytes whether it is large and mostly
// flat, see plan.flat.
func (s *search) flat(f *form, size int) bool {
	const large = 1 << 18 // bytes of pixels that take so long that it matters
	return s.plan.flat > 0 && len(f.pix) > large && len(f.pix)/s.plan.flat > size
}

// bruteForce tries the best forms with filters found by brute force.
func (s *search) bruteForce(ctx context.Context) error {
	best := slices.Clone(s.trials)
	var done []int
	for _, t := range best {
		if len(done) == s.plan.brute {
			break
		}
		if slices.Contains(done, t.recipe) {
			continue
		}
		if err := ctx.Err(); err != nil {
			return err
		}
		done = append(done, t.recipe)
		f := s.recipes[t.recipe](&s.formPix)
		if f.header.bitsPerPixel() < 8 || f.header.colour == indexed && len(f.pix) > s.plan.places ||
			s.flat(&f, t.size) {
			continue
		}
		// The statistics of what was found may lead to better; where that is a
		// large part, it is done to the end.
		const small, rounds = 1 << 14, 4
		for range rounds {
			s.try(t.recipe, &f, s.filterer.brute(&f, &s.rater, t.draft))
			better := s.trials[0]
			if len(f.pix) > small || better.recipe != t.recipe || better.draft == t.draft {
				break
			}
			t = better
		}
	}
	return nil
}

// finish compresses the best trials.
func (s *search) finish(ctx context.Context) (*result, error) {
	limit := math.MaxInt
	if s.source != nil {
		limit = s.source.size - 1
	}
	trials, err := s.ranked(ctx)
	if err != nil {
		return nil, err
	}
	var best *result
	for _, t := range trials {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		if t.size > trials[0].size+trials[0].size>>s.plan.close {
			break
		}
		f, out, ok := s.compress(t, s.plan.params, limit)
		if !ok {
			continue
		}
		limit = len(out) + f.overhead() - 1
		f.pix = nil // it is scratch memory
		best = &result{form: &f, idat: out}
		s.out, s.best = s.best, out
	}
	return best, nil
}

// rankPasses is how often data are parsed to compare trials.
const (
	rankPasses = 2
	rankDepth  = 32
)

// compress compresses a trial in earnest, to at most limit bytes as in trial.
func (s *search) compress(t trial, p deflate.Params, limit int) (f form, out []byte, ok bool) {
	f = s.recipes[t.recipe](&s.formPix)
	s.filtered = s.filterer.apply(s.filtered[:0], &f, t.kinds)
	out, ok = s.encoder.Append(s.out[:0], s.filtered, t.draft, s.fit(p, &f), limit-f.overhead())
	return f, out, ok
}

// worthAPath tells whether a cheaper path of filters may be found for a form
// that takes size bytes: hardly one between the places of a palette, nor where
// nearly all are long matches.
func worthAPath(f *form, size int) bool {
	const places, flat = 1 << 14, 96
	if f.header.colour == indexed {
		return len(f.pix) <= places
	}
	return len(f.pix)/flat <= size
}

// ranked is the best trials. If the plan has paths, it is only the best by what
// they take when they are compressed less thoroughly than in the end, and with
// the filters of the cheapest path if they do better.
func (s *search) ranked(ctx context.Context) ([]trial, error) {
	if s.plan.paths == 0 || len(s.trials) == 0 {
		return s.trials, nil
	}
	limit, best := math.MaxInt, s.trials[0]
	p := s.plan.params
	p.Passes, p.Depth = rankPasses, min(p.Depth, rankDepth)
	try := func(t trial) {
		if f, out, ok := s.compress(t, p, limit); ok {
			best, limit = t, len(out)+f.overhead()-1
			s.out = out
		}
	}
	for _, t := range s.trials {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		if t.size > s.trials[0].size+s.trials[0].size>>s.plan.close {
			break
		}
		try(t)
	}
	if s.source != nil && limit-s.source.size > s.source.size>>5 {
		// Better filters hardly gain that much on what was compressed so well.
		return []trial{best}, nil
	}
	if f := s.recipes[best.recipe](&s.formPix); !worthAPath(&f, limit) {
		return []trial{best}, nil
	}
	s.paths.filterer = &s.filterer
	for range s.plan.paths {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		f := s.recipes[best.recipe](&s.formPix)
		t := trial{recipe: best.recipe, kinds: s.paths.find(&f, best.kinds)}
		s.filtered = s.filterer.apply(s.filtered[:0], &f, t.kinds)
		t.draft = s.encoder.Draft(s.filtered, math.MaxInt)
		t.size = t.draft.Size + f.overhead()
		try(t)
	}
	return []trial{best}, nil
}
