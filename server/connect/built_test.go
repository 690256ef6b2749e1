package connect

import (
	"context"
	"reflect"
	"testing"

	"parley/api/connect"
	"parley/internal/fault"
)

// TestBuiltIsTrue: an operation is listed as built exactly if the server has a method for it.
func TestBuiltIsTrue(t *testing.T) {
	listed := built()
	for _, op := range connect.Operations() {
		if got := answers(op.Name); got != listed[op.Name] {
			t.Errorf("%s: listed as built %v, has a method %v", op.Name, listed[op.Name], got)
		}
	}
}

// answers reports whether the method does anything but refuse: one that works
// looks at its input, and there is none.
func answers(operation string) (own bool) {
	defer func() {
		if recover() != nil {
			own = true
		}
	}()
	method := reflect.ValueOf(New(Options{})).MethodByName(operation)
	if !method.IsValid() {
		return false // known by its route only
	}
	out := method.Call([]reflect.Value{reflect.ValueOf(context.Background()), reflect.Zero(method.Type().In(1))})
	err, _ := out[1].Interface().(error)
	return !fault.Is(err, fault.Unsupported)
}
