package workspace

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"reflect"
	"strings"

	"parley/internal/fault"
)

// read decodes the body. Members that the call does not have are refused.
func (c *call) read(into any) error {
	decoder := json.NewDecoder(bytes.NewReader(c.body))
	decoder.DisallowUnknownFields()
	err := decoder.Decode(into)
	if err == nil {
		if _, rest := decoder.Token(); !errors.Is(rest, io.EOF) {
			err = errors.New("more than one value")
		}
	}
	if err != nil {
		return fault.Wrap(fault.Malformed, err, "%s; openapi.json describes the body", unread(err))
	}
	return nil
}

// unread says what is wrong with a body, and at which member.
func unread(err error) string {
	var wrong *json.UnmarshalTypeError
	switch name, unknown := strings.CutPrefix(err.Error(), "json: unknown field "); {
	case unknown:
		return fmt.Sprintf("There is no member %.130s here", name)
	case errors.As(err, &wrong) && wrong.Field != "":
		return fmt.Sprintf("%.127s must be %s", wrong.Field, nounOf(wrong.Type))
	}
	return "The body is not the JSON object that this call takes"
}

// nounOf is what people call values of a type.
func nounOf(t reflect.Type) string {
	switch t.Kind() {
	case reflect.String:
		return "a text"
	case reflect.Bool:
		return "true or false"
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64, reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64:
		return "a whole number"
	case reflect.Slice, reflect.Array:
		return "a list"
	case reflect.Struct, reflect.Map, reflect.Pointer, reflect.Interface:
		return "an object"
	}
	return "a number"
}
