package bench

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"
	"time"
)

func TestQuantilesAreWithinOnePercent(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	spreads := map[string]func() float64{
		"even":        func() float64 { return random.Float64() * 1e7 },
		"exponential": func() float64 { return random.ExpFloat64() * 3e5 },
		"wide":        func() float64 { return math.Exp(random.NormFloat64()*4 + 12) },
		"small":       func() float64 { return float64(random.IntN(300)) },
	}
	for name, draw := range spreads {
		var h Histogram
		samples := make([]float64, 20_000)
		for i := range samples {
			samples[i] = math.Floor(draw())
			h.Record(time.Duration(samples[i]))
		}
		slices.Sort(samples)
		for _, q := range []float64{0, 0.001, 0.25, 0.5, 0.9, 0.95, 0.99, 0.999, 1} {
			want := samples[max(int(math.Ceil(q*20_000)), 1)-1]
			got := float64(h.Quantile(q))
			if math.Abs(got-want) > want*0.004 {
				t.Errorf("%s: quantile %v is %v, want %v", name, q, got, want)
			}
		}
		if h.Max() != time.Duration(samples[len(samples)-1]) || h.Count() != 20_000 {
			t.Errorf("%s: max %v, count %d", name, h.Max(), h.Count())
		}
	}
}

func TestHistogramTakesTheExtremes(t *testing.T) {
	var h Histogram
	if h.Quantile(0.5) != 0 {
		t.Errorf("an empty histogram's median is %v", h.Quantile(0.5))
	}
	h.Record(-time.Second)
	h.Record(math.MaxInt64)
	if h.Quantile(0.5) != 0 || h.Max() != math.MaxInt64 {
		t.Errorf("median %v, max %v", h.Quantile(0.5), h.Max())
	}
	if h.Quantile(1) < math.MaxInt64/256*255 {
		t.Errorf("quantile 1 is %v", h.Quantile(1))
	}
}
