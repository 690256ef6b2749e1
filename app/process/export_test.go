package process

// SetPlaces bounds the calls of a runner that does not run yet.
func (r *Runner) SetPlaces(atOnce int) { r.places = newPlaces(atOnce) }
