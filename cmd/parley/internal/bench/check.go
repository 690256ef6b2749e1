package bench

import "fmt"

// Check is one target and whether a run met it. The targets are those of
// SQLite with every message synced before its answer, with the load generator
// on the same two processors (our choice).
type Check struct {
	Name    string  `json:"name"`
	Got     float64 `json:"got"`
	Limit   float64 `json:"limit"`
	AtLeast bool    `json:"at_least"` // else at most
	Unit    string  `json:"unit"`
	Pass    bool    `json:"pass"`
}

// String prints the check as one line.
func (c Check) String() string {
	verdict, relation := "FAIL", "≤"
	if c.Pass {
		verdict = "pass"
	}
	if c.AtLeast {
		relation = "≥"
	}
	return fmt.Sprintf("%s  %s: %.2f %s (%s %.2f)", verdict, c.Name, c.Got, c.Unit, relation, c.Limit)
}

func atLeast(name string, got, limit float64, unit string) Check {
	return Check{Name: name, Got: got, Limit: limit, AtLeast: true, Unit: unit, Pass: got >= limit}
}

func atMost(name string, got, limit float64, unit string) Check {
	return Check{Name: name, Got: got, Limit: limit, Unit: unit, Pass: got <= limit}
}

// CheckTargets compares a report with the targets that its phases have.
func CheckTargets(r *Report) []Check {
	var checks []Check
	if r.Idle != nil {
		checks = append(checks, atMost("memory per idle participant", r.Idle.PerParticipant, 16, "KiB"))
	}
	for _, l := range r.Loads {
		checks = append(checks, l.check(r.Disk)...)
	}
	return checks
}

func (l Load) check(disk *Disk) []Check {
	clean := atMost(l.Name+": lost, disordered, unsent, errors", float64(l.wrong()), 0, "")
	switch {
	case l.Mode == Starts:
		return []Check{clean, atLeast("chats started", l.PerSecond, 1000, "/s")}
	case l.Mode == Closed:
		checks := []Check{clean, atLeast("delivered at full speed", l.PerSecond, 9000, "/s")}
		if l.CPUPer10k > 0 {
			checks = append(checks, atMost("server CPU per 10,000 messages at full speed", l.CPUPer10k, 1.3, "s"))
		}
		return checks
	case l.Rate == 500:
		limit := 5.0
		if disk != nil {
			limit = max(limit, 2*disk.P99)
		}
		return []Check{clean, atMost("p50 at 500/s", l.P50, 0.9, "ms"), atMost("p99 at 500/s", l.P99, limit, "ms")}
	case l.Rate == 2000:
		return []Check{clean, atMost("p50 at 2,000/s", l.P50, 1.5, "ms"), atMost("p99 at 2,000/s", l.P99, 15, "ms")}
	}
	return []Check{clean}
}

// wrong counts everything that should not happen.
func (l Load) wrong() int64 {
	n := l.Lost + l.Disorder + l.Unsent
	for _, errors := range l.Errors {
		n += int64(errors)
	}
	return n
}
