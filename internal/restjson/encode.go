package restjson

import (
	"math"
	"strconv"
	"time"
	"unicode/utf8"
)

// Key appends a member's name, with the comma before it where one is due. The
// name must be plain ASCII.
func Key(b []byte, name string) []byte {
	b = Comma(b)
	b = append(b, '"')
	b = append(b, name...)
	return append(b, '"', ':')
}

// MapKey appends the key of a map entry, with the comma before it where one is
// due.
func MapKey(b []byte, key string) []byte {
	return append(AppendString(Comma(b), key), ':')
}

// Comma appends a comma unless b ends in an opening bracket.
func Comma(b []byte) []byte {
	if c := b[len(b)-1]; c == '{' || c == '[' {
		return b
	}
	return append(b, ',')
}

// AppendString appends a JSON string. Bytes that are not UTF-8 become U+FFFD.
func AppendString(b []byte, s string) []byte {
	b = append(b, '"')
	start := 0
	for i := 0; i < len(s); {
		c := s[i]
		if c < utf8.RuneSelf && c >= 0x20 && c != '"' && c != '\\' {
			i++
			continue
		}
		if c < utf8.RuneSelf {
			b = appendEscape(append(b, s[start:i]...), c)
			i++
			start = i
			continue
		}
		r, size := utf8.DecodeRuneInString(s[i:])
		if r == utf8.RuneError && size == 1 {
			b = append(append(b, s[start:i]...), "\ufffd"...)
			start = i + 1
		}
		i += size
	}
	return append(append(b, s[start:]...), '"')
}

func appendEscape(b []byte, c byte) []byte {
	switch c {
	case '"', '\\':
		return append(b, '\\', c)
	case '\n':
		return append(b, '\\', 'n')
	case '\r':
		return append(b, '\\', 'r')
	case '\t':
		return append(b, '\\', 't')
	}
	const hex = "0123456789abcdef"
	return append(b, '\\', 'u', '0', '0', hex[c>>4], hex[c&15])
}

// AppendInt appends an integer.
func AppendInt[N int | int64](b []byte, n N) []byte { return strconv.AppendInt(b, int64(n), 10) }

// AppendFloat appends a number; what JSON cannot hold becomes the protocol's
// "NaN", "Infinity" and "-Infinity".
func AppendFloat(b []byte, f float64) []byte {
	switch {
	case math.IsNaN(f):
		return append(b, `"NaN"`...)
	case math.IsInf(f, 1):
		return append(b, `"Infinity"`...)
	case math.IsInf(f, -1):
		return append(b, `"-Infinity"`...)
	}
	if a := math.Abs(f); a != 0 && (a < 1e-6 || a >= 1e21) {
		return strconv.AppendFloat(b, f, 'e', -1, 64)
	}
	return strconv.AppendFloat(b, f, 'f', -1, 64)
}

// AppendBool appends true or false.
func AppendBool(b []byte, v bool) []byte { return strconv.AppendBool(b, v) }

// AppendEpochTime appends a time as seconds since 1970 with three decimals, or
// none for a whole second: the connect service's form.
func AppendEpochTime(b []byte, t time.Time) []byte {
	ms := t.UnixMilli()
	if ms < 0 {
		b, ms = append(b, '-'), -ms
	}
	b = strconv.AppendInt(b, ms/1000, 10)
	if ms %= 1000; ms != 0 {
		b = append(b, '.', byte('0'+ms/100), byte('0'+ms/10%10), byte('0'+ms%10))
	}
	return b
}

// AppendISOTime appends a time as the string "2006-01-02T15:04:05.000Z": the
// participant service's form.
func AppendISOTime(b []byte, t time.Time) []byte {
	t = t.UTC()
	year, month, day := t.Date()
	hour, minute, second := t.Clock()
	b = appendDigits(append(b, '"'), year, 4)
	b = appendDigits(append(b, '-'), int(month), 2)
	b = appendDigits(append(b, '-'), day, 2)
	b = appendDigits(append(b, 'T'), hour, 2)
	b = appendDigits(append(b, ':'), minute, 2)
	b = appendDigits(append(b, ':'), second, 2)
	b = appendDigits(append(b, '.'), t.Nanosecond()/int(time.Millisecond), 3)
	return append(b, 'Z', '"')
}

func appendDigits(b []byte, n, width int) []byte {
	for unit := pow10(width - 1); unit > 0; unit /= 10 {
		b = append(b, byte('0'+n/unit%10))
	}
	return b
}

func pow10(n int) int {
	p := 1
	for range n {
		p *= 10
	}
	return p
}

// String appends a member that is a string, unless it is nil.
func String(b []byte, name string, v *string) []byte {
	if v == nil {
		return b
	}
	return AppendString(Key(b, name), *v)
}

// Int appends a member that is an integer, unless it is nil.
func Int[N int | int64](b []byte, name string, v *N) []byte {
	if v == nil {
		return b
	}
	return AppendInt(Key(b, name), *v)
}

// Float appends a member that is a number, unless it is nil.
func Float(b []byte, name string, v *float64) []byte {
	if v == nil {
		return b
	}
	return AppendFloat(Key(b, name), *v)
}

// Bool appends a member that is true or false, unless it is nil.
func Bool(b []byte, name string, v *bool) []byte {
	if v == nil {
		return b
	}
	return AppendBool(Key(b, name), *v)
}

// EpochTime appends a member that is a time, unless it is nil.
func EpochTime(b []byte, name string, v *time.Time) []byte {
	if v == nil {
		return b
	}
	return AppendEpochTime(Key(b, name), *v)
}

// ISOTime appends a member that is a time, unless it is nil.
func ISOTime(b []byte, name string, v *time.Time) []byte {
	if v == nil {
		return b
	}
	return AppendISOTime(Key(b, name), *v)
}
