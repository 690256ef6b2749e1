package testcase

import (
	"fmt"
	"time"
)

// The statuses of executions and records (Amazon Connect, TestCaseExecutionStatus).
const (
	Passed  = "PASSED"
	Failed  = "FAILED"
	Stopped = "STOPPED" // an observation that the test did not come to
)

// Execution is what came of a case.
type Execution struct {
	Status                string
	Total, Passed, Failed int // observations
	Records               []Record
}

// Record is one thing of an execution, as JSON.
type Record struct {
	Observation string    `json:"observation"`
	Status      string    `json:"status"`
	At          time.Time `json:"at"`
	Text        string    `json:"text"`
}

// execution sums a play up; why, unless "", says what broke it off.
func (r *run) execution(why string) *Execution {
	x := &Execution{Status: Passed, Total: len(r.states)}
	x.add("INITIATION", Passed, r.options.Now, map[string]any{
		"Type": "INITIATION", "EntryPoint": map[string]any{"Type": "CHAT", "Parameters": map[string]string{"FlowId": r.options.FlowID}},
	})
	x.add("EXECUTION_START", Passed, r.options.Now, map[string]any{"Type": "EXECUTION_START", "ContactId": r.chat.Session().ID})
	message := "every observation was met"
	if why != "" {
		x.Status, message = Failed, why
	}
	for _, s := range r.states {
		status, why := s.verdict()
		switch status {
		case Passed:
			x.Passed++
		case Failed:
			if x.Failed++; x.Status == Passed {
				x.Status, message = Failed, fmt.Sprintf("observation %q: %s", s.Identifier, why)
			}
		}
		x.add(s.Identifier, status, s.when(r), s.record(status, why))
	}
	reason := map[string]string{Passed: "SUCCESS", Failed: "FAILURE"}[x.Status]
	x.add("COMPLETION", x.Status, r.chat.Now(), map[string]any{
		"Type": "COMPLETION", "CompletionReason": map[string]string{"Type": reason, "Message": message},
		"ExecutionSummary": map[string]int{"TotalObservations": x.Total, "PassedObservations": x.Passed, "FailedObservations": x.Failed},
	})
	return x
}

func (x *Execution) add(id, status string, at time.Time, record map[string]any) {
	x.Records = append(x.Records, Record{Observation: id, Status: status, At: at, Text: string(raw(record))})
}

func (s *state) when(r *run) time.Time {
	if s.at.IsZero() {
		return r.chat.Now()
	}
	return s.at
}

// verdict says how an observation went.
func (s *state) verdict() (status, why string) {
	least, _, _ := s.Usage.bounds()
	for _, d := range s.actions {
		if d.failure != "" {
			return Failed, fmt.Sprintf("action %q: %s", d.Identifier, d.failure)
		}
	}
	switch {
	case s.active && s.times < least:
		return Failed, fmt.Sprintf("the event was observed %d times, expected %d", s.times, least)
	case s.times == 0 && least > 0:
		return Stopped, "the test did not come to it"
	}
	return Passed, ""
}

func (s *state) record(status, why string) map[string]any {
	usage := s.Usage
	if usage.Type == "" {
		usage = Usage{Type: "Exactly", Times: 1}
	}
	actions := []map[string]any{}
	for _, d := range s.actions {
		one := map[string]any{"Identifier": d.Identifier, "Type": d.Type, "Status": Passed, "ExpectedParameters": d.Parameters}
		if d.failure != "" {
			one["Status"], one["Message"] = Failed, d.failure
		}
		if d.data != nil {
			one["LoggedData"] = d.data
		}
		actions = append(actions, one)
	}
	all := map[string]any{
		"Type": "OBSERVATION", "Identifier": s.Identifier, "Status": status, "Event": s.Event,
		"ExpectedUsage": usage, "ActualUsage": map[string]int{"Times": s.times}, "Actions": actions,
	}
	if why != "" {
		all["Message"] = why
	}
	return all
}
