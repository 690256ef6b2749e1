package redact_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"parley/domain/redact"
)

func TestWhatIsMasked(t *testing.T) {
	for text, want := range map[string]string{
		"Hello, how are you?":                                             "Hello, how are you?",
		"write to ann.b+x@shop.example.":                                  "write to [EMAIL].",
		"a@b and @c and d@":                                               "a@b and @c and d@",
		"é@shop.example, info@müller.de":                                  "[EMAIL], [EMAIL]",
		"my card is 4111 1111 1111 1111 12/26":                            "my card is [CREDIT_DEBIT_NUMBER] 12/26",
		"my card is 4111 1111 1111 1111 12 26":                            "my card is [CREDIT_DEBIT_NUMBER] 12 26",
		"4111-1111-1111-1111, 4111111111111111":                           "[CREDIT_DEBIT_NUMBER], [CREDIT_DEBIT_NUMBER]",
		"378282246310005 (American)":                                      "[CREDIT_DEBIT_NUMBER] (American)",
		"4111 1111 1111 1112":                                             "4111 1111 1111 1112", // Luhn
		"41111111111111110000000":                                         "41111111111111110000000",
		"12 4111 1111 1111 1111":                                          "12 [CREDIT_DEBIT_NUMBER]",
		"DE89 3704 0044 0532 0130 00 please":                              "[INTERNATIONAL_BANK_ACCOUNT_NUMBER] please",
		"gb29nwbk60161331926819":                                          "[INTERNATIONAL_BANK_ACCOUNT_NUMBER]",
		"DE88 3704 0044 0532 0130 00":                                     "DE88 3704 [PHONE]", // its check digits
		"xDE89370400440532013000":                                         "xDE89370400440532013000",
		"call +49 (0)171 1234567 or (555) 123-4567":                       "call [PHONE] or [PHONE]",
		"call 0049 171 1234567, 555.123.4567 x5":                          "call [PHONE], [PHONE] x5",
		"on 2026-11-22, 22.11.2026 at 16:16:06, order 12345678, 7 days":   "on 2026-11-22, 22.11.2026 at 16:16:06, order 12345678, 7 days",
		"SSN 123-45-6789, not 000-45-6789":                                "SSN [SSN], not [PHONE]",
		"from 192.168.0.1:80, fe80::1 and ::1":                            "from [IP_ADDRESS]:80, [IP_ADDRESS] and [IP_ADDRESS]",
		"version 1.2.3.400 and std::string":                               "version 1.2.3.400 and std::string",
		"00:1B:44:11:3A:B7":                                               "[MAC_ADDRESS]",
		"see https://shop.example/a?ann@shop.example, (www.shop.example)": "see [URL], ([URL])",
		"4111 1111 1111 1111 3pm, 4111 1111 1111 1111 2nd line":           "[CREDIT_DEBIT_NUMBER] 3pm, [CREDIT_DEBIT_NUMBER] 2nd line",
		"4111\u00a01111\u00a01111\u00a01111":                              "[CREDIT_DEBIT_NUMBER]",
		"4111  1111  1111  1111, 4111\n1111\r\n1111\n1111":                "[CREDIT_DEBIT_NUMBER], [CREDIT_DEBIT_NUMBER]",
		"卡号4111111111111111谢谢":                                            "卡号[CREDIT_DEBIT_NUMBER]谢谢",
		"邮箱是ann@example.com谢谢":                                            "邮箱是[EMAIL]谢谢",
		"メールはann@example.comです、カード4111111111111111":                       "メールは[EMAIL]です、カード[CREDIT_DEBIT_NUMBER]",
		"call 030 1234567 5pm":                                            "call [PHONE] 5pm",
		"0301234567 0401234567":                                           "[PHONE] [PHONE]",
		"order 12 0151 2345678":                                           "order 12 [PHONE]",
		"12 (555) 123-4567":                                               "12 [PHONE]",
		"+49171\u00a01234567":                                             "[PHONE]",
		"+12345678+12345678+12345678":                                     "[PHONE][PHONE][PHONE]",
		"DE89370400440532013000\u00a0please":                              "[INTERNATIONAL_BANK_ACCOUNT_NUMBER]\u00a0please",
		"スキー4111111111111111":                                             "スキー[CREDIT_DEBIT_NUMBER]",
		"AB12 DE89370400440532013000":                                     "AB12 [INTERNATIONAL_BANK_ACCOUNT_NUMBER]",
		"DE89\u00a03704\u00a00044\u00a00532\u00a00130\u00a000":            "[INTERNATIONAL_BANK_ACCOUNT_NUMBER]",
		"AKIAIOSFODNN7EXAMPLE":                                            "[AWS_ACCESS_KEY]",
	} {
		if got := (redact.Rule{}).Text(text); got != want {
			t.Errorf("%q becomes %q, want %q", text, got, want)
		}
	}
}

func TestARuleNamesWhatItMasks(t *testing.T) {
	text := "ann@shop.example 4111111111111111"
	for want, r := range map[string]redact.Rule{
		"[PII] [PII]":                   {Generic: true},
		"[EMAIL] 4111111111111111":      {Entities: []string{"EMAIL"}},
		"ann@shop.example [PII]":        {Entities: []string{"CREDIT_DEBIT_NUMBER"}, Generic: true},
		text:                            {Entities: []string{}},
		"[EMAIL] [CREDIT_DEBIT_NUMBER]": {},
	} {
		if got := r.Text(text); got != want {
			t.Errorf("%+v makes %q, want %q", r, got, want)
		}
	}
	if redact.Known("NAME") || !redact.Known("PHONE") || len(redact.Names()) != 9 {
		t.Errorf("known: %v", redact.Names())
	}
}

func TestJSONStaysJSON(t *testing.T) {
	for text, want := range map[string]string{
		`{"mail": "ann\u0040shop.example", "n":[4111111111111111, 1.5e3,-7,true,null]}`: `{"mail": "[EMAIL]", "n":["[CREDIT_DEBIT_NUMBER]", 1.5e3,-7,true,null]}`,
		`{"ann@shop.example":"a \"quoted\" \\ text"}`:                                   `{"[EMAIL]":"a \"quoted\" \\ text"}`,
		`no json ann@shop.example`:                                                      `no json [EMAIL]`,
	} {
		if got := (redact.Rule{}).JSON(text); got != want {
			t.Errorf("%s becomes %s, want %s", text, got, want)
		}
	}
}

// Letters that only look like those of an IBAN are none of it: no letter is cut in two.
func TestWhatIsMaskedStaysText(t *testing.T) {
	for i := range 3000 {
		for _, letter := range []string{"\u212a", "\u017f"} {
			text := fmt.Sprintf("DE%02d%012d%s1", i%100, i, letter)
			if masked := (redact.Rule{}).Text(text); !utf8.ValidString(masked) {
				t.Fatalf("%q becomes %q", text, masked)
			}
		}
	}
}

// Texts that were made to be looked at for long cost about what others of their length cost.
func TestWhatMaskingCosts(t *testing.T) {
	took := func(part string) time.Duration {
		text, best := strings.Repeat(part, 4_000/len(part)), time.Hour
		for range 2 {
			began := time.Now()
			redact.Rule{}.Text(text)
			best = min(best, time.Since(began))
		}
		return best
	}
	other := took("hello 12 ann@b.de and so on ")
	for _, part := range []string{
		"+12345678", "1 ", "1", "1.", "(1", "+1", "a@b.c", "1@b.de ", "ann@b.de1.1.1.1", "a.", "a:", "DE89", "DE12 ", "AB12345678901234567890123456789012 ",
		"www.", "4111 1111 1111 1111 ", "AKIAIOSFODNN7EXAMPLE", "123-45-6789", "00:1B:44:11:3A:B7", "::1", "::1+12345678",
	} {
		if made := took(part); made > 100*other {
			t.Errorf("%q takes %v, others %v", part, made, other)
		}
	}
}

// What is masked can free what it touched, and that the next: where this does not end the text is masked as a whole.
func TestATextThatIsFreedBitByBit(t *testing.T) {
	for n, want := range map[int]string{3: strings.Repeat("[IP_ADDRESS][PHONE]", 3), 300: "[PII]"} {
		if got := (redact.Rule{}).Text(strings.Repeat("::1+12345678", n)); got != want {
			t.Errorf("%d times it becomes %.200q", n, got)
		}
	}
	if got := (redact.Rule{}).Text(strings.Repeat("+12345678", 300)); got != strings.Repeat("[PHONE]", 300) {
		t.Errorf("numbers one after the other become %.200q", got)
	}
}

// FuzzText: masking twice is masking once, and what was JSON is JSON afterwards.
func FuzzText(f *testing.F) {
	for _, seed := range []string{"4111 1111 1111 1111", `{"a":["ann@shop.example",4111111111111111]}`, "DE89370400440532013000 +49 171 1234567 ::1 www.a.b"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		for _, r := range []redact.Rule{{}, {Generic: true}} {
			once := r.Text(text)
			if twice := r.Text(once); twice != once {
				t.Errorf("%q, then %q, then %q", text, once, twice)
			}
			if utf8.ValidString(text) && !utf8.ValidString(once) {
				t.Errorf("%q becomes %q", text, once)
			}
			if masked := r.JSON(text); json.Valid([]byte(text)) && !json.Valid([]byte(masked)) {
				t.Errorf("%q becomes %q", text, masked)
			}
		}
	})
}
