package clients_test

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/connect/types"

	"parley/e2e/harness"
)

// bySDK calls the Go SDK's methods by their names.
func bySDK(t *testing.T, s *harness.Server) caller {
	return func(service, operation string, members map[string]any) (map[string]any, string) {
		client := reflect.ValueOf(s.Connect())
		if service == "connectparticipant" {
			client = reflect.ValueOf(s.Participant())
		}
		method := client.MethodByName(operation)
		if !method.IsValid() {
			t.Fatalf("the SDK has no %s", operation)
		}
		in := reflect.New(method.Type().In(1).Elem())
		fill(t, in.Elem(), members)
		results := method.Call([]reflect.Value{reflect.ValueOf(context.Background()), in})
		if err, _ := results[1].Interface().(error); err != nil {
			return nil, harness.RefusalOf(err).Name
		}
		out := map[string]any{}
		refill(t, named(results[0]), &out)
		return out, ""
	}
}

// unions are the members that walks give of unions: the SDK has a type for each, which JSON does not name.
func unions() []any {
	return []any{
		&types.PredefinedAttributeValuesMemberStringList{}, &types.UpdateParticipantRoleConfigChannelInfoMemberChat{},
		&types.ParticipantTimerValueMemberParticipantTimerDurationInMinutes{},
	}
}

// fill fills a value of the SDK's types, which have the members' names in Go's capitals.
func fill(t *testing.T, v reflect.Value, from any) {
	t.Helper()
	object, isObject := from.(map[string]any)
	list, isList := from.([]any)
	switch {
	case v.Kind() == reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		fill(t, v.Elem(), from)
	case v.Kind() == reflect.Struct && isObject:
		for name, inner := range object {
			field := v.FieldByNameFunc(func(field string) bool { return strings.EqualFold(field, name) })
			if !field.IsValid() {
				t.Fatalf("the SDK's %s has no %s", v.Type(), name)
			}
			fill(t, field, inner)
		}
	case v.Kind() == reflect.Interface && isObject:
		for name, inner := range object {
			for _, member := range unions() {
				made := reflect.ValueOf(member)
				if made.Type().Implements(v.Type()) && strings.HasSuffix(made.Type().Elem().Name(), "Member"+name) {
					fill(t, made.Elem().FieldByName("Value"), inner)
					v.Set(made)
				}
			}
		}
		if v.IsNil() {
			t.Fatalf("%v is no member of the SDK's %s that is known here", from, v.Type())
		}
	case v.Kind() == reflect.Slice && isList:
		v.Set(reflect.MakeSlice(v.Type(), len(list), len(list)))
		for i, inner := range list {
			fill(t, v.Index(i), inner)
		}
	case v.Kind() == reflect.Map && isObject:
		v.Set(reflect.MakeMap(v.Type()))
		for name, inner := range object {
			value := reflect.New(v.Type().Elem()).Elem()
			fill(t, value, inner)
			v.SetMapIndex(reflect.ValueOf(name).Convert(v.Type().Key()), value)
		}
	default:
		refill(t, from, v.Addr().Interface())
	}
}

// named is an answer whose unions name the member that they hold, as they do in JSON: the SDK has a type for each.
func named(v reflect.Value) any {
	switch v.Kind() {
	case reflect.Interface, reflect.Pointer:
		if v.IsNil() {
			return nil
		}
		inner := v.Elem()
		if v.Kind() == reflect.Interface && inner.Kind() == reflect.Pointer {
			if _, member, ok := strings.Cut(inner.Elem().Type().Name(), "Member"); ok {
				return map[string]any{member: named(inner.Elem().FieldByName("Value"))}
			}
		}
		return named(inner)
	case reflect.Struct:
		if _, ok := v.Interface().(time.Time); ok {
			return v.Interface()
		}
		out := map[string]any{}
		for i := range v.NumField() {
			if v.Type().Field(i).IsExported() {
				out[v.Type().Field(i).Name] = named(v.Field(i))
			}
		}
		return out
	case reflect.Slice:
		out := []any{}
		for i := range v.Len() {
			out = append(out, named(v.Index(i)))
		}
		return out
	case reflect.Map:
		out := map[string]any{}
		for _, key := range v.MapKeys() {
			out[key.String()] = named(v.MapIndex(key))
		}
		return out
	}
	return v.Interface()
}

// refill brings a value into another form.
func refill(t *testing.T, from, to any) {
	t.Helper()
	raw, err := json.Marshal(from)
	if err == nil {
		err = json.Unmarshal(raw, to)
	}
	if err != nil {
		t.Fatalf("%s into %T: %v", raw, to, err)
	}
}

// byPython lets walk.py call the operations.
func byPython(t *testing.T, s *harness.Server, client string) caller {
	cmd := command(t, s, "python3", "walk.py", client)
	cmd.Env = append(cmd.Env, "AWS_PAGER=")
	var errors bytes.Buffer
	cmd.Stderr = &errors
	to, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	from, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		to.Close()
		if err := cmd.Wait(); err != nil {
			t.Errorf("walk.py %s: %v: %s", client, err, errors.String())
		}
	})
	answers := bufio.NewReader(from)
	return func(service, operation string, members map[string]any) (map[string]any, string) {
		if err := json.NewEncoder(to).Encode(map[string]any{"of": service, "op": operation, "in": members}); err != nil {
			t.Fatal(err)
		}
		line, err := answers.ReadBytes('\n')
		if err != nil {
			t.Fatalf("walk.py %s answers nothing to %s: %v", client, operation, err)
		}
		var answer struct {
			Out   map[string]any
			Error string
		}
		if err := json.Unmarshal(line, &answer); err != nil {
			t.Fatalf("%s: %s: %v", operation, line, err)
		}
		if answer.Error == "" {
			if err := harness.Record(client, service, operation); err != nil {
				t.Fatal(err)
			}
		}
		return answer.Out, answer.Error
	}
}
