package interactive

import (
	"encoding/json"

	"parley/internal/fault"
)

// Response is what somebody answers to an interactive message.
type Response struct {
	// Reference is the referenceId of the message that it names, "" if it names none.
	Reference string
}

// ReadResponse reads an answer. It must be JSON; what it says of its template must be texts.
func ReadResponse(content string) (Response, error) {
	var root any
	if err := json.Unmarshal([]byte(content), &root); err != nil {
		return Response{}, answerRefusal("it", "must be JSON")
	}
	top := place{v: root, there: true}
	data := top.member("data")
	for _, p := range []place{top.member("templateType"), top.member("version"), top.member("action"), data.member("templateType"), data.member("referenceId")} {
		if _, ok := p.v.(string); p.there && !ok {
			return Response{}, answerRefusal(p.path, "must be a text")
		}
	}
	reference, _ := data.member("referenceId").v.(string)
	return Response{Reference: reference}, nil
}

func answerRefusal(path, problem string) error {
	return fault.New(fault.Invalid, "Content is no answer to an interactive message: %s %s", path, problem)
}
