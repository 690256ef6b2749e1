package node

import (
	"fmt"
)

// OTLP says where traces go. Without an endpoint there are none.
type OTLP struct {
	Endpoint       string // of the collector, to which /v1/traces is added
	TracesEndpoint string // the whole URL; it wins
	Headers        string // key=value,key=value; may be secret
	Service        string // "parley"
	// Ratio of the traces that are sampled; nil = 1.
	Ratio *float64
}

func (o OTLP) ratio() float64 {
	if o.Ratio == nil {
		return 1
	}
	return *o.Ratio
}

// checkObservation refuses what nobody can mean.
func (c Config) checkObservation() error {
	if c.MetricsToken != "" && len(c.MetricsToken) < minMetricsToken {
		return fmt.Errorf("the token for metrics must have at least %d characters", minMetricsToken)
	}
	return nil
}

// minMetricsToken keeps a token from being guessed (our choice).
const minMetricsToken = 16
