package edge

import (
	"encoding/json"
	"errors"
	"net/http"
	"time"

	"parley/internal/fault"
	"parley/internal/sigv4"
)

// Errors spells the kinds of faults as the exceptions of one service.
type Errors map[fault.Kind]Exception

// Exception is a named error of a service and its HTTP status.
type Exception struct {
	Name   string
	Status int
}

// ConnectErrors are the exceptions of Amazon Connect.
func ConnectErrors() Errors {
	return Errors{
		fault.Internal:        {"InternalServiceException", http.StatusInternalServerError},
		fault.Malformed:       {"SerializationException", http.StatusBadRequest},
		fault.Invalid:         {"InvalidParameterException", http.StatusBadRequest},
		fault.Rule:            {"InvalidRequestException", http.StatusBadRequest},
		fault.NotFound:        {"ResourceNotFoundException", http.StatusNotFound},
		fault.Gone:            {"ContactNotFoundException", http.StatusGone},
		fault.Denied:          {"AccessDeniedException", http.StatusForbidden},
		fault.SignedOut:       {"AccessDeniedException", http.StatusForbidden},
		fault.Conflict:        {"ConflictException", http.StatusConflict},
		fault.Duplicate:       {"DuplicateResourceException", http.StatusConflict},
		fault.InUse:           {"ResourceInUseException", http.StatusConflict},
		fault.NotTerminated:   {"ContactNotTerminatedException", http.StatusConflict},
		fault.Exists:          {"ResourceConflictException", http.StatusConflict},
		fault.TokenReused:     {"IdempotencyException", http.StatusConflict},
		fault.NotPublished:    {"ContactFlowNotPublishedException", http.StatusNotFound},
		fault.Throttled:       {"TooManyRequestsException", http.StatusTooManyRequests},
		fault.LimitExceeded:   {"LimitExceededException", http.StatusTooManyRequests},
		fault.Quota:           {"ServiceQuotaExceededException", http.StatusPaymentRequired},
		fault.FlowInvalid:     {"InvalidContactFlowException", http.StatusBadRequest},
		fault.ModuleInvalid:   {"InvalidContactFlowModuleException", http.StatusBadRequest},
		fault.TestCaseInvalid: {"InvalidTestCaseException", http.StatusBadRequest},
		fault.NoUser:          {"UserNotFoundException", http.StatusNotFound},
		fault.Unsupported:     {"NotImplementedException", http.StatusNotImplemented},
		fault.Unavailable:     {"ServiceUnavailableException", http.StatusServiceUnavailable},
	}
}

// ParticipantErrors are the exceptions of the Amazon Connect Participant Service.
func ParticipantErrors() Errors {
	return Errors{
		fault.Internal:        {"InternalServerException", http.StatusInternalServerError},
		fault.Malformed:       {"SerializationException", http.StatusBadRequest},
		fault.Invalid:         {"ValidationException", http.StatusBadRequest},
		fault.Rule:            {"ValidationException", http.StatusBadRequest},
		fault.NotFound:        {"AccessDeniedException", http.StatusForbidden},
		fault.Gone:            {"AccessDeniedException", http.StatusForbidden},
		fault.Denied:          {"AccessDeniedException", http.StatusForbidden},
		fault.SignedOut:       {"AccessDeniedException", http.StatusForbidden},
		fault.Conflict:        {"ConflictException", http.StatusConflict},
		fault.Duplicate:       {"ConflictException", http.StatusConflict},
		fault.InUse:           {"ConflictException", http.StatusConflict},
		fault.NotTerminated:   {"ConflictException", http.StatusConflict},
		fault.Exists:          {"ConflictException", http.StatusConflict},
		fault.TokenReused:     {"ConflictException", http.StatusConflict},
		fault.NotPublished:    {"AccessDeniedException", http.StatusForbidden},
		fault.FlowInvalid:     {"ValidationException", http.StatusBadRequest},
		fault.ModuleInvalid:   {"ValidationException", http.StatusBadRequest},
		fault.TestCaseInvalid: {"ValidationException", http.StatusBadRequest},
		fault.Throttled:       {"ThrottlingException", http.StatusTooManyRequests},
		fault.LimitExceeded:   {"ServiceQuotaExceededException", http.StatusPaymentRequired},
		fault.Quota:           {"ServiceQuotaExceededException", http.StatusPaymentRequired},
		fault.NoUser:          {"AccessDeniedException", http.StatusForbidden},
		fault.Unsupported:     {"NotImplementedException", http.StatusNotImplemented},
		fault.Unavailable:     {"ServiceUnavailableException", http.StatusServiceUnavailable},
	}
}

// answer is an error as it goes out.
type answer struct {
	code     string
	status   int
	message  string
	problems []fault.Problem
	module   bool
	after    time.Duration // when to try again; 0 = not known
}

func (e Errors) answer(err error) answer {
	var sig *sigv4.Error
	if errors.As(err, &sig) {
		return answer{code: sig.Code, status: sig.Status, message: sig.Message}
	}
	if meant, ok := errors.AsType[*onPurpose](err); ok {
		return answer{code: meant.name, status: meant.status, message: "This failure was asked for"}
	}
	var f *fault.Error
	if !errors.As(err, &f) || f.Kind == fault.Internal {
		x := e[fault.Internal]
		return answer{code: x.Name, status: x.Status, message: "Internal error"}
	}
	x, ok := e[f.Kind]
	if !ok {
		x = e[fault.Internal]
	}
	return answer{
		code: x.Name, status: x.Status, message: f.Message, problems: f.Problems, module: f.Kind == fault.ModuleInvalid || f.Kind == fault.TestCaseInvalid, after: f.After,
	}
}

// body spells the error for every client: the type in __type, the message under
// both its names, the problems under the name that the exception has for them.
// actionId is our addition.
func (a answer) body() []byte {
	type problem struct {
		Message  string `json:"message"`
		ActionID string `json:"actionId,omitempty"`
	}
	out := struct {
		Type     string    `json:"__type"`
		Message  string    `json:"message"`
		Message2 string    `json:"Message"`
		Flow     []problem `json:"problems,omitempty"`
		Module   []problem `json:"Problems,omitempty"`
	}{Type: a.code, Message: a.message, Message2: a.message}
	for _, p := range a.problems {
		if a.module {
			out.Module = append(out.Module, problem(p))
		} else {
			out.Flow = append(out.Flow, problem(p))
		}
	}
	raw, err := json.Marshal(out)
	if err != nil { // strings always encode
		return []byte(`{}`)
	}
	return raw
}
