package sigv4

import (
	"fmt"
	"net/http"
)

// Error is a refusal, in the terms of the AWS services that speak REST-JSON.
//
//	MissingAuthenticationTokenException 403  no signature at all
//	IncompleteSignatureException        400  a signature that cannot be read
//	UnrecognizedClientException         403  unknown key, or a session token
//	InvalidSignatureException           403  everything else: wrong signature, scope, time, unsigned headers, payload hash
//
// The message is meant for the caller; it holds no secret and no signature.
type Error struct {
	Code    string // the exception's name
	Status  int    // of the HTTP answer
	Message string
}

// Error returns the code and the message.
func (e *Error) Error() string { return e.Code + ": " + e.Message }

func invalid(format string, args ...any) *Error {
	return &Error{"InvalidSignatureException", http.StatusForbidden, fmt.Sprintf(format, args...)}
}

func incomplete(format string, args ...any) *Error {
	return &Error{"IncompleteSignatureException", http.StatusBadRequest, fmt.Sprintf(format, args...)}
}

func errMissing() *Error {
	return &Error{"MissingAuthenticationTokenException", http.StatusForbidden, "Missing Authentication Token"}
}

func errUnknownKey() *Error {
	return &Error{"UnrecognizedClientException", http.StatusForbidden, "The security token included in the request is invalid."}
}

func errMismatch() *Error {
	return invalid("The request signature we calculated does not match the signature you provided. " +
		"Check your secret access key and signing method.")
}
