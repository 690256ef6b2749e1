package bench

import (
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"text/tabwriter"
	"time"
)

// Report is what a run found.
type Report struct {
	ResidentBefore float64     `json:"resident_before_mib"` // the server's memory at the start; 0 when unknown
	Idle           *IdleMemory `json:"idle,omitempty"`
	Loads          []Load      `json:"loads"`
	Beside         []Load      `json:"beside,omitempty"` // the same loads on the server beside
	Disk           *Disk       `json:"fdatasync,omitempty"`
	Speed          *Speed      `json:"machine,omitempty"`
	Checks         []Check     `json:"checks,omitempty"`
}

// IdleMemory is what connected, silent participants cost.
type IdleMemory struct {
	Participants   int     `json:"participants"`
	ResidentBefore float64 `json:"resident_before_mib"`
	ResidentAfter  float64 `json:"resident_after_mib"`
	PerParticipant float64 `json:"kib_per_participant"`
}

// Load is one measured phase. Latencies are in milliseconds: from the time at
// which a message was due, or a start began, to the socket.
type Load struct {
	Name      string  `json:"name"`
	Mode      string  `json:"mode"`
	Rate      int     `json:"rate,omitempty"` // asked for; open loops only
	PerSecond float64 `json:"per_second"`     // messages delivered, or chats started
	Samples   int64   `json:"samples"`
	P50       float64 `json:"p50_ms"`
	P95       float64 `json:"p95_ms"`
	P99       float64 `json:"p99_ms"`
	P999      float64 `json:"p999_ms"`
	Max       float64 `json:"max_ms"`
	CPUPer10k float64 `json:"server_cpu_s_per_10k"` // messages, or chats; 0 when unknown
	Resident  float64 `json:"resident_mib"`         // at the end; 0 when unknown
	// What disturbs: the generator's own processor time, how late it hands a
	// message of an open loop to its sender, in ms, and how many processors
	// anything else kept busy (when the server runs here; else with the server).
	GeneratorCPUPer10k float64 `json:"generator_cpu_s_per_10k"`
	GeneratorP99       float64 `json:"generator_late_p99_ms,omitempty"`
	OtherCPUs          float64 `json:"other_cpus"`

	Lost     int64          `json:"lost"`     // acknowledged and never on the socket
	Disorder int64          `json:"disorder"` // twice, or after a later one
	Unsent   int64          `json:"unsent"`   // due, but the server was too slow
	Errors   map[string]int `json:"errors,omitempty"`
}

// Disk is what fdatasync of 4 KiB takes on the data directory's disk, in ms.
type Disk struct {
	Syncs int64   `json:"syncs"`
	P50   float64 `json:"p50_ms"`
	P99   float64 `json:"p99_ms"`
}

func ms(d time.Duration) float64 { return float64(d) / float64(time.Millisecond) }

func mib(bytes int64) float64 { return float64(bytes) / (1 << 20) }

// load reads a meter.
func (m *meter) load() Load {
	return Load{
		PerSecond: float64(m.arrived.Load()) / m.end.Sub(m.start).Seconds(),
		Samples:   m.latency.Count(),
		P50:       ms(m.latency.Quantile(0.5)),
		P95:       ms(m.latency.Quantile(0.95)),
		P99:       ms(m.latency.Quantile(0.99)),
		P999:      ms(m.latency.Quantile(0.999)),
		Max:       ms(m.latency.Max()),
		Disorder:  m.disorder.Load(),
		Errors:    m.failures.all(),
	}
}

// per10k returns the seconds of a processor time for each 10,000 arrivals.
func (m *meter) per10k(cpu time.Duration) float64 {
	n := m.arrived.Load()
	if n == 0 {
		return 0
	}
	return cpu.Seconds() / float64(n) * 10_000
}

// faults says what went wrong, in words.
func (l Load) faults() string {
	var parts []string
	count := func(n int64, what string) {
		if n != 0 {
			parts = append(parts, fmt.Sprintf("%d %s", n, what))
		}
	}
	count(l.Lost, "lost")
	count(l.Disorder, "out of order")
	count(l.Unsent, "not sent")
	for _, name := range slices.Sorted(maps.Keys(l.Errors)) {
		count(int64(l.Errors[name]), name)
	}
	if len(parts) == 0 {
		return "none"
	}
	return strings.Join(parts, ", ")
}

// disturbed reports whether other processes took part of the machine. Some hundredths
// are always busy with the kernel's own work.
func (r *Report) disturbed() bool {
	return slices.ContainsFunc(slices.Concat(r.Loads, r.Beside), func(l Load) bool { return l.OtherCPUs > 0.25 })
}

func (r *Report) print(out io.Writer, asJSON bool) error {
	if asJSON {
		encoder := json.NewEncoder(out)
		encoder.SetIndent("", "  ")
		return encoder.Encode(r)
	}
	if err := r.table(out); err != nil {
		return err
	}
	if len(r.Checks) > 0 {
		if err := printChecks(out, r.Checks, r.Speed); err != nil {
			return err
		}
	}
	_, err := fmt.Fprintln(out, "The chats have ended; their transcripts stay in the server's data, as those of all chats do.")
	return err
}

// table prints the loads in columns, and what has other figures in lines.
func (r *Report) table(out io.Writer) error {
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w)
	if len(r.Loads) > 0 {
		fmt.Fprintln(w, "phase\tper second\tp50 ms\tp95\tp99\tp99.9\tmax\tserver CPU s/10k\tgenerator\tother CPUs\tRSS MiB\tfaults")
	}
	for _, l := range slices.Concat(r.Loads, named("beside it: ", r.Beside)) {
		fmt.Fprintf(w, "%s\t%.0f\t%.2f\t%.2f\t%.2f\t%.2f\t%.2f\t%.2f\t%.2f\t%.1f\t%.0f\t%s\n",
			l.Name, l.PerSecond, l.P50, l.P95, l.P99, l.P999, l.Max, l.CPUPer10k, l.GeneratorCPUPer10k, l.OtherCPUs, l.Resident, l.faults())
	}
	if err := w.Flush(); err != nil {
		return err
	}
	for _, l := range r.Loads {
		if l.Mode == Open {
			fmt.Fprintf(out, "%s: this generator itself was late by %.2f ms (p99)\n", l.Name, l.GeneratorP99)
		}
	}
	if r.disturbed() {
		fmt.Fprintln(out, "something else kept processors busy meanwhile (other CPUs): the figures are worse than they would be")
	}
	if r.Idle != nil {
		fmt.Fprintf(out, "%d idle participants: %.1f KiB each, RSS %.0f to %.0f MiB\n",
			r.Idle.Participants, r.Idle.PerParticipant, r.Idle.ResidentBefore, r.Idle.ResidentAfter)
	}
	if r.Disk != nil {
		fmt.Fprintf(out, "fdatasync of 4 KiB: p50 %.2f ms, p99 %.2f ms over %d\n", r.Disk.P50, r.Disk.P99, r.Disk.Syncs)
	}
	if r.Speed != nil {
		fmt.Fprintf(out, "this machine: %.0f bare net/http calls a second, %.2f of what the machine of the targets makes\n",
			r.Speed.PostsPerSecond, r.Speed.OfTarget)
	}
	return nil
}
