package gateway

import "time"

// Sweep runs one round of Run as if it were now.
func (g *Gateway) Sweep(now time.Time) { g.sweep(now) }

// Parse returns what a client's frame asks for.
func Parse(data []byte) (topic string, topics []string) { return parse(data) }
