package progress

import (
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/schollz/progressbar/v3"
)

const (
	barMost  = 40 // columns of the bar between its brackets
	barLeast = 8  // with less there is no bar, only text

	// barFrame is what stands around the bar: "100% [", "]" and two blanks.
	barFrame = 9
)

var barTheme = progressbar.Theme{Saucer: "=", SaucerHead: ">", SaucerPadding: " ", BarStart: "[", BarEnd: "]"}

// barView is a counter until the total is known and a bar from then on: a bar
// that is given its total later does not come to its end.
type barView struct {
	speed *speed
	bar   *progressbar.ProgressBar
}

func (v *barView) text(s Snapshot, now time.Time, columns int) (string, bool) {
	v.speed.add(now, s.Done)
	if !s.Final || s.Total <= 0 {
		return clip(fmt.Sprintf("%d files%s", s.Done, v.speed.rate()), columns), false
	}
	done := min(s.Done, s.Total)
	status := fmt.Sprintf("%d/%d files%s%s", done, s.Total, v.speed.rate(), v.speed.left(s.Total-done))
	width := min(columns-1-barFrame-len(status), barMost)
	if width < barLeast {
		return clip(fmt.Sprintf("%3d%% %s", done*100/s.Total, status), columns), false
	}

	if v.bar == nil {
		// The bar draws nothing itself: it would do so under its lock and with
		// a width and a speed of its own making. Its text is fetched instead.
		v.bar = progressbar.NewOptions64(s.Total,
			progressbar.OptionSetWriter(io.Discard),
			progressbar.OptionSetTheme(barTheme),
			progressbar.OptionSetPredictTime(false),
			progressbar.OptionSetElapsedTime(false),
			progressbar.OptionShowDescriptionAtLineEnd(),
		)
	}
	progressbar.OptionSetWidth(width)(v.bar)
	progressbar.OptionSetDescription(status)(v.bar)
	v.bar.Set64(done)
	v.bar.RenderBlank()
	return strings.TrimRight(strings.TrimPrefix(v.bar.String(), "\r "), " "), false
}

// clip shortens an ASCII line so that it fits before the last column; a full line
// would make some terminals go to the next one.
func clip(line string, columns int) string {
	return line[:max(min(len(line), columns-1), 0)]
}
