package bench

import (
	"fmt"
	"io"
	"text/tabwriter"
)

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
	// Scaled is what Got comes to on a machine as fast as that of the targets, if
	// nothing but the machine's speed decided; 0 where speed does not matter.
	Scaled float64 `json:"scaled,omitempty"`
}

func atLeast(name string, got, limit float64, unit string) Check {
	return Check{Name: name, Got: got, Limit: limit, AtLeast: true, Unit: unit, Pass: got >= limit}
}

func atMost(name string, got, limit float64, unit string) Check {
	return Check{Name: name, Got: got, Limit: limit, Unit: unit, Pass: got <= limit}
}

// at scales a check by the machine's speed, as a share of that of the machine of the targets.
func (c Check) at(speed *Speed) Check {
	switch {
	case speed == nil || speed.OfTarget == 0:
	case c.AtLeast:
		c.Scaled = c.Got / speed.OfTarget
	default:
		c.Scaled = c.Got * speed.OfTarget
	}
	return c
}

// CheckTargets compares a report with the targets that its phases have.
func CheckTargets(r *Report) []Check {
	var checks []Check
	if r.Idle != nil {
		checks = append(checks, atMost("memory per idle participant", r.Idle.PerParticipant, 16, "KiB"))
	}
	for i, l := range r.Loads {
		checks = append(checks, atMost(l.Name+": lost, disordered, unsent, errors", float64(l.wrong()), 0, ""))
		for _, c := range l.targets(r.Disk) {
			checks = append(checks, c.at(r.Speed))
		}
		if l.Mode == Closed && i < len(r.Beside) && r.Beside[i].PerSecond > 0 {
			checks = append(checks, atLeast("delivered at full speed, of the server beside it", 100*l.PerSecond/r.Beside[i].PerSecond, 50, "%"))
		}
	}
	return checks
}

// targets are those of speed.
func (l Load) targets(disk *Disk) []Check {
	switch {
	case l.Mode == Starts:
		return []Check{atLeast("chats started", l.PerSecond, 1000, "/s")}
	case l.Mode == Closed:
		checks := []Check{atLeast("delivered at full speed", l.PerSecond, 9000, "/s")}
		if l.CPUPer10k > 0 {
			checks = append(checks, atMost("server CPU per 10,000 messages at full speed", l.CPUPer10k, 1.3, "s"))
		}
		return checks
	case l.Rate == 500:
		limit := 5.0
		if disk != nil {
			limit = max(limit, 2*disk.P99)
		}
		return []Check{atMost("p50 at 500/s", l.P50, 0.9, "ms"), atMost("p99 at 500/s", l.P99, limit, "ms")}
	case l.Rate == 2000:
		return []Check{atMost("p50 at 2,000/s", l.P50, 1.5, "ms"), atMost("p99 at 2,000/s", l.P99, 15, "ms")}
	}
	return nil
}

// wrong counts everything that should not happen.
func (l Load) wrong() int64 {
	n := l.Lost + l.Disorder + l.Unsent
	for _, errors := range l.Errors {
		n += int64(errors)
	}
	return n
}

// printChecks prints a line for each target. The last column is no verdict: it
// says what a figure comes to after the machine's speed is taken out.
func printChecks(out io.Writer, checks []Check, speed *Speed) error {
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	fmt.Fprint(w, "\ntarget\tmeasured\tlimit\t\t")
	if speed != nil {
		fmt.Fprintf(w, "scaled to %d calls/s", targetSpeed)
	}
	fmt.Fprintln(w)
	for _, c := range checks {
		fmt.Fprintln(w, c)
	}
	return w.Flush()
}

// String prints the check as one line, with tabs between its columns.
func (c Check) String() string {
	verdict, relation := "missed", "≤"
	if c.Pass {
		verdict = "met"
	}
	if c.AtLeast {
		relation = "≥"
	}
	line := fmt.Sprintf("%s\t%.4g %s\t%s %.4g\t%s\t", c.Name, c.Got, c.Unit, relation, c.Limit, verdict)
	if c.Scaled > 0 {
		line += fmt.Sprintf("%.4g %s", c.Scaled, c.Unit)
	}
	return line
}
