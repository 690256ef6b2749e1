package main

import (
	"cmp"
	"os"

	"parley/node"
)

// observe are the flags by which a server is watched.
type observe struct {
	MetricsTokenFile string  `type:"path" env:"PARLEY_METRICS_TOKEN_FILE" help:"File with the token with which other machines may read /metrics (Authorization: Bearer); by default only this machine may. Or PARLEY_METRICS_TOKEN."`
	OTLPEndpoint     string  `name:"otlp-endpoint" env:"PARLEY_OTLP_ENDPOINT" help:"URL of an OpenTelemetry collector (OTLP/HTTP) that traces are sent to, for instance http://127.0.0.1:4318. By default OTEL_EXPORTER_OTLP_ENDPOINT, else none."`
	TraceRatio       float64 `default:"1" env:"PARLEY_TRACE_RATIO" help:"How many of the requests are traced, from 0 to 1."`
}

// metricsToken reads the token from where the operator put it. It is no flag:
// everybody on a machine can read the command lines of its processes.
func (o observe) metricsToken() (string, error) {
	if o.MetricsTokenFile == "" {
		return secret("PARLEY_METRICS_TOKEN")
	}
	return secretFile("PARLEY_METRICS_TOKEN_FILE", o.MetricsTokenFile)
}

// otlp says where traces go, by flag or by OpenTelemetry's own variables.
func (o observe) otlp() node.OTLP {
	out := node.OTLP{
		Endpoint: o.OTLPEndpoint, Headers: os.Getenv("OTEL_EXPORTER_OTLP_HEADERS"),
		Service: os.Getenv("OTEL_SERVICE_NAME"), Ratio: &o.TraceRatio,
	}
	if out.Endpoint == "" {
		out.Endpoint = os.Getenv("OTEL_EXPORTER_OTLP_ENDPOINT")
		out.TracesEndpoint = os.Getenv("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT")
		out.Headers = cmp.Or(os.Getenv("OTEL_EXPORTER_OTLP_TRACES_HEADERS"), out.Headers)
	}
	return out
}
