package restjson

import (
	"encoding/json"
	"math"
	"strings"
	"testing"
	"time"
	"unicode/utf8"
)

func TestAppendString(t *testing.T) {
	tests := map[string]string{
		"":                   `""`,
		`a"b\c`:              `"a\"b\\c"`,
		"\n\r\t\b\x00":       `"\n\r\t\u0008\u0000"`,
		"é😀\u2028\x7f":       "\"é😀\u2028\x7f\"",
		"a\xffb\xed\xa0\x80": "\"a\ufffdb\ufffd\ufffd\ufffd\"",
	}
	for in, want := range tests {
		if got := string(AppendString(nil, in)); got != want {
			t.Errorf("%q: got %s, want %s", in, got, want)
		}
	}
}

func TestAppendTimes(t *testing.T) {
	zone := time.FixedZone("", 3600)
	tests := []struct {
		t          time.Time
		epoch, iso string
	}{
		{time.Date(2026, 1, 2, 3, 4, 5, 6e6, time.UTC), "1767323045.006", `"2026-01-02T03:04:05.006Z"`},
		{time.Date(2026, 1, 2, 4, 4, 5, 999999, zone), "1767323045", `"2026-01-02T03:04:05.000Z"`},
		{time.UnixMilli(-1500), "-1.500", `"1969-12-31T23:59:58.500Z"`},
		{time.Date(987, 6, 5, 0, 0, 0, 0, time.UTC), "-31007059200", `"0987-06-05T00:00:00.000Z"`},
	}
	for _, tt := range tests {
		if got := string(AppendEpochTime(nil, tt.t)); got != tt.epoch {
			t.Errorf("%v: got %s, want %s", tt.t, got, tt.epoch)
		}
		if got := string(AppendISOTime(nil, tt.t)); got != tt.iso {
			t.Errorf("%v: got %s, want %s", tt.t, got, tt.iso)
		}
	}
}

func TestAppendFloat(t *testing.T) {
	for in, want := range map[float64]string{
		0: "0", 1e6: "1000000", 1.5: "1.5", 1e-9: "1e-09", 1e300: "1e+300", math.Inf(1): `"Infinity"`, math.Inf(-1): `"-Infinity"`,
	} {
		if got := string(AppendFloat(nil, in)); got != want {
			t.Errorf("%v: got %s, want %s", in, got, want)
		}
	}
	if got := string(AppendFloat(nil, math.NaN())); got != `"NaN"` {
		t.Errorf("NaN: got %s", got)
	}
}

func TestMembers(t *testing.T) {
	at := time.UnixMilli(1500)
	b := []byte{'{'}
	b = String(b, "Absent", nil)
	b = String(b, "A", new("{"))
	b = Int(b, "B", new(int64(-7)))
	b = Int[int](b, "Absent", nil)
	b = Bool(b, "C", new(false))
	b = Float(b, "D", new(0.5))
	b = EpochTime(b, "E", &at)
	b = ISOTime(b, "F", &at)
	b = AppendString(MapKey(b, "k\""), "v")
	b = append(Comma(append(Key(b, "L"), '[')), "1]}"...)
	const want = `{"A":"{","B":-7,"C":false,"D":0.5,"E":1.500,"F":"1970-01-01T00:00:01.500Z","k\"":"v","L":[1]}`
	if string(b) != want {
		t.Errorf("got  %s\nwant %s", b, want)
	}
}

// FuzzAppendString compares with the standard library's reading.
func FuzzAppendString(f *testing.F) {
	f.Add("a\"\\\n\x00é\xff")
	f.Fuzz(func(t *testing.T, s string) {
		b := AppendString(nil, s)
		var back string
		if err := json.Unmarshal(b, &back); err != nil || !utf8.Valid(b) {
			t.Fatalf("%q: %v", b, err)
		}
		// One replacement character for each bad byte, as ranging over s gives.
		if want := string([]rune(s)); back != want {
			t.Errorf("got %q, want %q", back, want)
		}
		if d := new(Decoder); !strings.ContainsRune(s, 0) {
			d.Reset(b)
			if got := d.String(); got != back || d.End() != nil {
				t.Errorf("read back %q, %v", got, d.End())
			}
		}
	})
}
