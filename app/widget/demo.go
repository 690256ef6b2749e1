package widget

import (
	"context"

	"parley/internal/fault"
	"parley/work/resource"
)

// DemoName is the name of the widget that EnsureDemo makes.
const DemoName = "Demo"

// EnsureDemo makes a widget for this server's own pages if the instance has none.
func (s *Service) EnsureDemo(ctx context.Context, instance, flow string) error {
	there, err := s.Widgets(ctx, instance)
	if err != nil || len(there) > 0 {
		return err
	}
	w := Widget{FlowID: flow, PerMinute: DefaultPerMinute}
	w.Stored = resource.Stored{InstanceID: instance, Name: DemoName}
	_, err = s.Create(ctx, w)
	if fault.Is(err, fault.Exists) || fault.Is(err, fault.Duplicate) || fault.Is(err, fault.NotFound) { // another node was faster, or the flow is gone
		return nil
	}
	return err
}

// Demo is the widget that this server's own pages show: the first one, "" for none.
func (s *Service) Demo(ctx context.Context, instance string) (string, error) {
	all, err := s.Widgets(ctx, instance)
	if err != nil || len(all) == 0 {
		return "", err
	}
	for i := range all {
		if all[i].Name == DemoName {
			return all[i].ID, nil
		}
	}
	return all[0].ID, nil
}
