package progress

import (
	"testing"
	"time"
)

// A change of speed is forgotten after the window.
func TestSpeedWindow(t *testing.T) {
	begin := time.Now()
	v := newSpeed(begin)
	done := int64(0)
	for second := 1; second <= 300; second++ {
		perSecond := int64(1000)
		if second > 100 {
			perSecond = 2
		}
		done += perSecond
		v.add(begin.Add(time.Duration(second)*time.Second), done)
		if second <= 100 && v.perSecond != 1000 || second >= 100+speedWindow && v.perSecond != 2 {
			t.Errorf("after %d s the speed is %v", second, v.perSecond)
		}
	}
	if got := v.rate() + v.left(100); got != ", 2.0/s, 50s left" {
		t.Errorf("the speed reads %q", got)
	}
}

func TestSpeedText(t *testing.T) {
	for _, c := range []struct {
		perSecond float64
		left      int64
		want      string
	}{
		{0, 100, ""},
		{1234.5, 0, ", 1234/s"},
		{1234.5, 1, ", 1234/s, 0s left"},
		{52.4, 100, ", 52/s, 2s left"},
		{9.96, 599, ", 10.0/s, 1m00s left"},
		{1, 3599, ", 1.0/s, 59m59s left"},
		{1, 3600, ", 1.0/s, 1h00m left"},
		{0.25, 100000, ", 15.0/min, 111h06m left"},
	} {
		v := speed{perSecond: c.perSecond}
		if got := v.rate() + v.left(c.left); got != c.want {
			t.Errorf("%v/s with %d left reads %q, want %q", c.perSecond, c.left, got, c.want)
		}
	}
}
