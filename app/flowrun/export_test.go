package flowrun

// MakeAtOnce bounds how many calls are made at once; before the first one.
func (r *Runner) MakeAtOnce(n int) { r.calls = newCalls(n) }
