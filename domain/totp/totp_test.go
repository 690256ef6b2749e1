package totp_test

import (
	"testing"
	"time"

	"parley/domain/totp"
)

// The vectors of RFC 6238, appendix B (SHA-1), of which six digits are the last six of eight.
func TestVectors(t *testing.T) {
	secret := []byte("12345678901234567890")
	for at, want := range map[int64]string{
		59: "287082", 1111111109: "081804", 1111111111: "050471", 1234567890: "005924", 2000000000: "279037", 20000000000: "353130",
	} {
		if got := totp.Code(secret, totp.Step(time.Unix(at, 0))); got != want {
			t.Errorf("at %d: %s, want %s", at, got, want)
		}
	}
}

func TestACodeIsGoodOnceAndAboutNow(t *testing.T) {
	secret, now := []byte("12345678901234567890"), time.Unix(1_700_000_010, 0)
	at := totp.Step(now)
	for off := int64(-3); off <= 3; off++ {
		step, ok := totp.Check(secret, totp.Code(secret, at+off), now, 0)
		if want := off >= -1 && off <= 1; ok != want || ok && step != at+off {
			t.Errorf("the code of %+d: %v, step %d", off, ok, step)
		}
	}
	for last, want := range map[int64]bool{at - 1: true, at: false, at + 1: false} {
		if _, ok := totp.Check(secret, totp.Code(secret, at), now, last); ok != want {
			t.Errorf("after step %+d was used: %v", last-at, ok)
		}
	}
	for _, bad := range []string{"", "0", totp.Code(secret, at) + "0", " " + totp.Code(secret, at), totp.Code([]byte("another"), at)} {
		if _, ok := totp.Check(secret, bad, now, 0); ok {
			t.Errorf("%q is taken", bad)
		}
	}
}

func TestURI(t *testing.T) {
	const want = "otpauth://totp/Parley:ada%20l%3F?issuer=Parley&secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"
	if got := totp.URI("Parley", "ada l?", []byte("12345678901234567890")); got != want {
		t.Errorf("got %s", got)
	}
}
