package harness

import (
	"bufio"
	"bytes"
	"net/http"
	"strconv"
	"strings"
)

// Metric returns what /metrics says of a metric, summed over its labels; 0 if
// it says nothing.
func (s *Server) Metric(name string) (sum float64) {
	s.t.Helper()
	request, err := http.NewRequest(http.MethodGet, s.URL+"/metrics", nil)
	if err != nil {
		s.t.Fatal(err)
	}
	for lines := bufio.NewScanner(bytes.NewReader(s.Send(request).Want(s.t, http.StatusOK, "").Body)); lines.Scan(); {
		if value, ok := valueOf(lines.Text(), name); ok {
			sum += value
		}
	}
	return sum
}

// valueOf reads a line of the metrics' text form, false if it is another metric's.
func valueOf(line, name string) (float64, bool) {
	rest, ok := strings.CutPrefix(line, name)
	if !ok || !strings.HasPrefix(rest, " ") && !strings.HasPrefix(rest, "{") {
		return 0, false
	}
	value, err := strconv.ParseFloat(rest[strings.LastIndexByte(rest, ' ')+1:], 64)
	return value, err == nil
}

// Metric sums a metric of all servers.
func (f *Fleet) Metric(name string) (sum float64) {
	f.t.Helper()
	for _, node := range f.nodes {
		sum += node.Metric(name)
	}
	return sum
}
