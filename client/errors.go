package client

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"net/http"
	"strings"
	"time"
)

// Error is an answer of the server that is not 2xx.
type Error struct {
	Operation string // "SendMessage"
	Status    int    // of HTTP
	Type      string // AWS's name: "AccessDeniedException"; the status in digits when the answer names none
	Message   string
	RequestID string
}

// Error names the operation, the type and the message.
func (e *Error) Error() string {
	return fmt.Sprintf("%s: %s: %s", e.Operation, e.Type, e.Message)
}

// TypeOf returns the AWS type of the first *Error in err's chain, "" if there is none.
func TypeOf(err error) string {
	var e *Error
	if errors.As(err, &e) {
		return e.Type
	}
	return ""
}

// Denied reports whether the server answered 403: the participant has left,
// the chat has ended, or the token or key never was good.
func Denied(err error) bool {
	var e *Error
	return errors.As(err, &e) && e.Status == http.StatusForbidden
}

// Retryable reports whether the same call may succeed later: no answer came,
// or it was 429 or 5xx, except 501.
func Retryable(err error) bool {
	if err == nil || errors.Is(err, context.Canceled) {
		return false
	}
	var e *Error
	if !errors.As(err, &e) {
		return true
	}
	return e.Status == http.StatusTooManyRequests || e.Status >= 500 && e.Status != http.StatusNotImplemented
}

// Retry calls f until it succeeds, fails for good, or ctx ends; it waits 0.1 s
// to 5 s between calls, doubling, with jitter (our choice). It returns f's
// last error.
func Retry(ctx context.Context, f func() error) error {
	for attempt := 0; ; attempt++ {
		err := f()
		if !Retryable(err) || !pause(ctx, attempt) {
			return err
		}
	}
}

// pause waits before the next attempt; false means that ctx ended.
func pause(ctx context.Context, attempt int) bool {
	wait := min(100*time.Millisecond<<min(attempt, 10), 5*time.Second)
	wait = wait/2 + rand.N(wait/2)
	select {
	case <-ctx.Done():
		return false
	case <-time.After(wait):
		return true
	}
}

// errUnanswered says that a connection ended before an answer began.
var errUnanswered = errors.New("the connection was closed")

// newError reads an error the way the AWS SDKs do: the type from the header,
// else from the body's code or __type, without what follows ":" or precedes "#".
func newError(operation string, resp *http.Response, body string) *Error {
	e := &Error{Operation: operation, Status: resp.StatusCode, Type: resp.Header.Get("X-Amzn-Errortype")}
	e.RequestID = resp.Header.Get("X-Amzn-Requestid")
	var code string
	_ = members(body, func(key, value string) {
		switch key {
		case "message", "Message":
			e.Message = text(value)
		case "code", "__type":
			code = text(value)
		}
	})
	if e.Type == "" {
		e.Type = code
	}
	e.Type, _, _ = strings.Cut(e.Type, ":")
	e.Type = e.Type[strings.LastIndexByte(e.Type, '#')+1:]
	if e.Type == "" {
		e.Type = fmt.Sprint(resp.StatusCode)
	}
	return e
}
