package flowtest

// summaryOf is the report as JSON; its members are a promise to scripts.
type summaryOf struct {
	Passed        int            `json:"passed"`
	Failed        int            `json:"failed"`
	Conversations []resultOf     `json:"conversations"`
	Warnings      []string       `json:"warnings"`
	Coverage      []FlowCoverage `json:"coverage,omitempty"`
}

type resultOf struct {
	File       string     `json:"file"`
	Line       int        `json:"line"`
	Name       string     `json:"name"`
	Passed     bool       `json:"passed"`
	Failure    *failureOf `json:"failure,omitempty"`
	Transcript []string   `json:"transcript"`
	Steps      []stepOf   `json:"steps"`
}

type failureOf struct {
	File     string `json:"file"`
	Line     int    `json:"line"`
	Step     string `json:"step"`
	Message  string `json:"message,omitempty"`
	Expected string `json:"expected,omitempty"`
	Got      string `json:"got,omitempty"`
}

type stepOf struct {
	Time   string `json:"time"`
	Flow   string `json:"flow"`
	Action string `json:"action"`
	Type   string `json:"type"`
	Rule   string `json:"rule"`
	Detail string `json:"detail,omitempty"`
	Next   string `json:"next,omitempty"`
}

func summary(r *Report) summaryOf {
	s := summaryOf{Passed: r.Passed, Failed: r.Failed, Warnings: append([]string{}, r.Warnings...), Coverage: r.Coverage}
	for _, o := range r.Results {
		s.Conversations = append(s.Conversations, result(o.Result))
	}
	return s
}

func result(r *Result) resultOf {
	one := resultOf{File: r.File, Line: r.Line, Name: r.Name, Passed: r.Failure == nil, Transcript: []string{}, Steps: []stepOf{}}
	if f := r.Failure; f != nil {
		one.Failure = &failureOf{f.File, f.Line, f.Step, f.Message, f.Want, f.Got}
	}
	for _, e := range r.History {
		if e.Item != nil || e.Agent != nil {
			if text := entryText(r, e); text != "" {
				one.Transcript = append(one.Transcript, text)
			}
		}
		if s := e.Step; s != nil {
			one.Steps = append(one.Steps, stepOf{
				e.At.UTC().Format("2006-01-02T15:04:05Z"), r.world.flowName(*s), s.Action, s.Type, string(s.Rule), s.Detail, s.Next,
			})
		}
	}
	return one
}
