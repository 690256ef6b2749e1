package harness

import (
	"bytes"
	"io"
	"net/http"
	"strings"

	"parley/client"
)

// Answer sends a request without retries and returns the body of a success; a refusal is a
// *client.Error of the operation.
func Answer(h *http.Client, request *http.Request, operation string) ([]byte, error) {
	response, err := h.Do(request)
	if err != nil {
		return nil, err
	}
	defer response.Body.Close()
	answer, err := io.ReadAll(response.Body)
	if err != nil {
		return nil, err
	}
	if response.StatusCode != http.StatusOK {
		name, _, _ := strings.Cut(response.Header.Get("X-Amzn-Errortype"), ":")
		return nil, &client.Error{Operation: operation, Status: response.StatusCode, Type: name, Message: string(answer)}
	}
	return bytes.TrimSpace(answer), nil
}
