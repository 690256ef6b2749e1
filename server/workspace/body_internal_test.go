package workspace

import (
	"errors"
	"testing"

	"parley/internal/fault"
)

// What is wrong with a body is said by the name of the member.
func TestBodiesThatAreWrong(t *testing.T) {
	for body, want := range map[string]string{
		`{"quick_connect": "x"}`:                  `There is no member "quick_connect" here; openapi.json describes the body`,
		`{"name": 7}`:                             "name must be a text; openapi.json describes the body",
		`{"look": {"fields": {}}}`:                "look.fields must be a list; openapi.json describes the body",
		`{"look": {"fields": [{"required": 1}]}}`: "look.fields.required must be true or false; openapi.json describes the body",
		`{"limit": "many"}`:                       "limit must be a whole number; openapi.json describes the body",
		`{"limit": 1.5}`:                          "limit must be a whole number; openapi.json describes the body",
		`{"share": "half"}`:                       "share must be a number; openapi.json describes the body",
		`{"look": "red"}`:                         "look must be an object; openapi.json describes the body",
		`[]`:                                      "The body is not the JSON object that this call takes; openapi.json describes the body",
		`{`:                                       "The body is not the JSON object that this call takes; openapi.json describes the body",
		`{} {}`:                                   "The body is not the JSON object that this call takes; openapi.json describes the body",
	} {
		var into struct {
			Name  string  `json:"name"`
			Limit int     `json:"limit"`
			Share float64 `json:"share"`
			Look  struct {
				Fields []struct {
					Required bool `json:"required"`
				} `json:"fields"`
			} `json:"look"`
		}
		err := (&call{body: []byte(body)}).read(&into)
		var f *fault.Error
		if !errors.As(err, &f) || f.Kind != fault.Malformed || f.Message != want {
			t.Errorf("%s: %v, want %s", body, err, want)
		}
	}
}
