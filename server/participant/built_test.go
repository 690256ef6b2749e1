package participant

import (
	"context"
	"reflect"
	"testing"

	"parley/api/participant"
	"parley/internal/fault"
)

// TestBuiltIsTrue: an operation is named as built exactly if the server has a method for it.
func TestBuiltIsTrue(t *testing.T) {
	for _, op := range participant.Operations() {
		if got := answers(op.Name); got != built(op.Name) {
			t.Errorf("%s: named as built %v, has a method %v", op.Name, built(op.Name), got)
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
	method := reflect.ValueOf(New(nil, nil, nil, nil)).MethodByName(operation)
	out := method.Call([]reflect.Value{reflect.ValueOf(context.Background()), reflect.Zero(method.Type().In(1))})
	err, _ := out[1].Interface().(error)
	return !fault.Is(err, fault.Unsupported)
}
