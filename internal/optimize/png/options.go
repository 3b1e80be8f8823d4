package png

// Options says what may change and how hard to try.
type Options struct {
	// Effort is 1 (fast) to 9 (smallest). Default: 4, because it is where the
	// next step costs more time than it saves bytes.
	Effort int

	// MaxPixels is the most pixels that a picture may have; more is an error.
	// The frames of an animation count together. Default: [DefaultMaxPixels].
	MaxPixels int64

	// KeepHidden keeps the colours under alpha 0. Default: they are free.
	KeepHidden bool

	// Keep says which ancillary chunks stay, by type and data. It is not asked
	// for those that change how the samples are shown (gAMA, cHRM, sRGB, iCCP,
	// cICP, mDCV, cLLI), which always stay, nor for those that describe how the
	// samples are stored and were made wrong by a change of that (bKGD, hIST,
	// sBIT, sPLT), nor for unknown ones that are marked unsafe to copy. eXIf may say the orientation: keep it in that case.
	// Default: none stays.
	Keep func(kind string, data []byte) bool
}

// DefaultMaxPixels is the limit of [Options.MaxPixels] by default.
const DefaultMaxPixels = 1 << 28

// The least, the default and the greatest of [Options.Effort].
const (
	MinEffort     = 1
	DefaultEffort = 4
	MaxEffort     = 9
)

// withDefaults fills in what is not set and brings the rest into its range.
func (o Options) withDefaults() Options {
	if o.Effort == 0 {
		o.Effort = DefaultEffort
	}
	o.Effort = min(max(o.Effort, MinEffort), MaxEffort)
	if o.MaxPixels == 0 {
		o.MaxPixels = DefaultMaxPixels
	}
	if o.Keep == nil {
		o.Keep = func(string, []byte) bool { return false }
	}
	return o
}

// shows lists the chunks that change how samples are shown.
var shows = map[string]bool{"gAMA": true, "cHRM": true, "sRGB": true, "iCCP": true, "cICP": true, "mDCV": true, "cLLI": true}

// describes lists the chunks that depend on the colour type, depth or palette.
var describes = map[string]bool{"bKGD": true, "hIST": true, "sBIT": true, "sPLT": true}
