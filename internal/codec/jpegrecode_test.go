package codec

import (
	"bytes"
	"testing"
)

// Signatures do not hold for a file that was recoded, the other boxes do.
func TestRecodeJPEGDropsContentCredentials(t *testing.T) {
	const box = "JP\x00\x02\x00\x00\x00\x01\x00\x00\x00\x40jumb"
	data := still(t, 40, 30,
		segment(mAPP11, []byte("JP\x00\x01\x00\x00\x00\x01\x00\x00\x00\x40jumb"), []byte("another box")),
		segment(mAPP11, []byte(box), []byte("\x00\x00\x00\x1ejumdc2pa signed")),
		segment(mAPP11, []byte(box), []byte("the rest of it")),
		segment(mAPP11, []byte("JP"), nil))
	h := header(t, data)
	if !h.Metadata().C2PA {
		t.Fatal("no content credentials")
	}
	var out bytes.Buffer
	r, err := NewJPEGRecoder(data, h, RecodeOptions{All: true})
	if err != nil {
		t.Fatal(err)
	}
	if err := r.Recode(&out); err != nil {
		t.Fatal(err)
	}
	for text, want := range map[string]bool{"another box": true, "signed": false, "the rest": false} {
		if got := bytes.Contains(out.Bytes(), []byte(text)); got != want {
			t.Errorf("%q: %v, want %v", text, got, want)
		}
	}
}
