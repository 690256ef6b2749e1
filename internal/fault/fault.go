// Package fault is the closed set of ways in which a request can fail.
//
// Every floor below the edges returns a *fault.Error (or an error that wraps
// one); the edges translate its Kind to a wire error in exactly one table per
// service. An error without a Kind is Internal: its text is logged, never
// shown. A fault's Message is meant for the caller and names the member and
// the limit; it holds no token, no message text and no attribute value.
package fault

import (
	"errors"
	"fmt"
	"time"
)

// Kind says what went wrong in terms that decide the answer.
type Kind uint8

// The kinds. Comments name the Amazon Connect exception that the edges answer
// with (connect / participant).
const (
	Internal        Kind = iota // InternalServiceException 500 / InternalServerException 500
	Malformed                   // bytes that are no such request: SerializationException 400
	Invalid                     // one member's constraint: InvalidParameterException 400 / ValidationException 400
	Rule                        // a rule across members or state: InvalidRequestException 400 / ValidationException 400
	NotFound                    // ResourceNotFoundException 404 / AccessDeniedException 403
	Gone                        // an ended or unknown contact: ContactNotFoundException 410 / AccessDeniedException 403
	Denied                      // AccessDeniedException 403
	SignedOut                   // nobody is signed in: 401 of our own API; AccessDeniedException 403 where AWS clients ask
	Conflict                    // ConflictException 409: a concurrent change won
	Duplicate                   // DuplicateResourceException 409: the name is taken
	Exists                      // ResourceConflictException 409: it is there already / ConflictException 409
	TokenReused                 // IdempotencyException 409: the client token came with another request / ConflictException 409
	InUse                       // ResourceInUseException 409
	NotTerminated               // ContactNotTerminatedException 409: the chat of a contact goes on / ConflictException 409
	Throttled                   // the rate: TooManyRequestsException 429 / ThrottlingException 429
	LimitExceeded               // a count of things: LimitExceededException 429 / ServiceQuotaExceededException 402
	Quota                       // ServiceQuotaExceededException 402
	FlowInvalid                 // InvalidContactFlowException 400, with problems
	NotPublished                // ContactFlowNotPublishedException 404 / AccessDeniedException 403
	ModuleInvalid               // InvalidContactFlowModuleException 400, with problems
	TestCaseInvalid             // InvalidTestCaseException 400, with problems
	NoUser                      // UserNotFoundException 404: who calls is no user / AccessDeniedException 403
	Unsupported                 // NotImplementedException 501, naming the operation
	Unavailable                 // retryable: ServiceUnavailable 503
)

// Error is a failure with a kind and a message for the caller.
type Error struct {
	Kind    Kind
	Message string
	// Problems lists what is wrong with a document (FlowInvalid and
	// ModuleInvalid only).
	Problems []Problem
	// After is when a call that was Throttled may succeed; 0 = not known.
	After time.Duration
	// Err is the cause; it is logged and never shown.
	Err error
}

// Problem is one thing that is wrong with a document.
type Problem struct {
	// Message is one sentence of at most 256 characters.
	Message string
	// ActionID is the identifier of the block that it is about, "" for the
	// document itself. Amazon Connect does not say it.
	ActionID string
}

// Error joins the message and the cause.
func (e *Error) Error() string {
	if e.Err == nil {
		return e.Message
	}
	return e.Message + ": " + e.Err.Error()
}

// Unwrap returns the cause.
func (e *Error) Unwrap() error { return e.Err }

// New returns a fault with a message for the caller.
func New(kind Kind, format string, args ...any) *Error {
	return &Error{Kind: kind, Message: fmt.Sprintf(format, args...)}
}

// Wrap gives a cause a kind and a message for the caller.
func Wrap(kind Kind, err error, format string, args ...any) *Error {
	return &Error{Kind: kind, Message: fmt.Sprintf(format, args...), Err: err}
}

// KindOf returns the kind of the first fault in err's chain, Internal if there is none.
func KindOf(err error) Kind {
	var f *Error
	if errors.As(err, &f) {
		return f.Kind
	}
	return Internal
}

// Is reports whether err carries a fault of that kind. A nil error carries none.
func Is(err error, kind Kind) bool {
	var f *Error
	return errors.As(err, &f) && f.Kind == kind
}
