package flowtest

import (
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
	"time"

	"parley/domain/hours"
	"parley/domain/transcript"
)

// duration reads "5 minutes", "1 hour 30 minutes" or "90s".
func duration(s string) (time.Duration, error) {
	if d, err := time.ParseDuration(strings.ReplaceAll(s, " ", "")); err == nil && d >= 0 {
		return d, nil
	}
	words := strings.Fields(strings.ReplaceAll(s, " and ", " "))
	var total time.Duration
	for i := 0; i+1 < len(words); i += 2 {
		n, err := strconv.Atoi(words[i])
		unit := unitOf(words[i+1])
		if err != nil || n < 0 || unit == 0 {
			return 0, fmt.Errorf("%q is no time: write it as in “5 minutes” or “1 hour 30 minutes”", s)
		}
		total += time.Duration(n) * unit
	}
	if len(words) == 0 || len(words)%2 != 0 {
		return 0, fmt.Errorf("%q is no time: write it as in “5 minutes” or “1 hour 30 minutes”", s)
	}
	return total, nil
}

func unitOf(word string) time.Duration {
	switch strings.TrimSuffix(word, "s") {
	case "second":
		return time.Second
	case "minute":
		return time.Minute
	case "hour":
		return time.Hour
	case "day":
		return 24 * time.Hour
	}
	return 0
}

// moment reads "2026-03-02 09:30" with an optional time zone.
func moment(s string) (time.Time, error) {
	words := strings.Fields(s)
	zone := time.UTC
	if len(words) == 3 {
		var err error
		if zone, err = time.LoadLocation(words[2]); err != nil {
			return time.Time{}, fmt.Errorf("there is no time zone %q", words[2])
		}
	}
	if len(words) == 2 || len(words) == 3 {
		if t, err := time.ParseInLocation("2006-01-02 15:04", words[0]+" "+words[1], zone); err == nil {
			return t.UTC(), nil
		}
	}
	return time.Time{}, fmt.Errorf("%q is no time: write it as in “2026-03-02 09:30” or “2026-03-02 09:30 Europe/Berlin”", s)
}

// object reads a JSON object; nothing is the empty one.
func object(s string) (json.RawMessage, error) {
	if s == "" {
		return json.RawMessage("{}"), nil
	}
	var o map[string]json.RawMessage
	if err := json.Unmarshal([]byte(s), &o); err != nil || o == nil {
		return nil, fmt.Errorf("%q is no JSON object: it is written as in {\"key\": \"value\"}", s)
	}
	return json.RawMessage(s), nil
}

// contentTypes reads a list of content types, in full or by their last word.
func contentTypes(s string) ([]string, error) {
	short := map[string]string{
		"plain": transcript.Plain, "markdown": transcript.Markdown, "json": transcript.JSON,
		"interactive": transcript.Interactive, "response": transcript.InteractiveResponse,
	}
	var types []string
	for t := range strings.SplitSeq(s, ",") {
		t = strings.TrimSpace(t)
		if long, ok := short[t]; ok {
			t = long
		}
		types = append(types, t)
	}
	return types, nil
}

// openingHours reads "Europe/Berlin; Mon-Fri 09:00-17:00; Sat 10:00-12:00".
// "always" and "never" stand for all days and none.
func openingHours(s string) (hours.Hours, error) {
	h := hours.Hours{Zone: time.UTC}
	for i, part := range strings.Split(s, ";") {
		part = strings.TrimSpace(part)
		if zone, err := time.LoadLocation(part); i == 0 && part != "" && !strings.Contains(part, ":") && err == nil {
			h.Zone = zone
			continue
		}
		slots, err := openings(part)
		if err != nil {
			return h, err
		}
		h.Slots = append(h.Slots, slots...)
	}
	return h, nil
}

func openings(s string) ([]hours.Slot, error) {
	days, times, _ := strings.Cut(s, " ")
	switch days {
	case "never":
		return nil, nil
	case "always":
		days, times = "Sun-Sat", "00:00-00:00"
	}
	first, last, ranged := strings.Cut(days, "-")
	if !ranged {
		last = first
	}
	from, to, _ := strings.Cut(times, "-")
	a, okA := weekday(first)
	b, okB := weekday(last)
	open, errOpen := minutes(from)
	closed, errClosed := minutes(to)
	if !okA || !okB || errOpen != nil || errClosed != nil {
		return nil, fmt.Errorf("%q are no opening hours: write them as in “Europe/Berlin; Mon-Fri 09:00-17:00; Sat 10:00-12:00”", s)
	}
	var slots []hours.Slot
	for d := a; ; d = (d + 1) % 7 {
		slots = append(slots, hours.Slot{Day: d, From: open, To: closed})
		if d == b {
			return slots, nil
		}
	}
}

func weekday(s string) (time.Weekday, bool) {
	for d := time.Sunday; d <= time.Saturday; d++ {
		if len(s) >= 3 && strings.HasPrefix(strings.ToLower(d.String()), strings.ToLower(s)) {
			return d, true
		}
	}
	return 0, false
}

func minutes(s string) (int, error) {
	t, err := time.Parse("15:04", strings.TrimSpace(s))
	return t.Hour()*60 + t.Minute(), err
}
