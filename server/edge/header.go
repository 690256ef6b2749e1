package edge

import "net/http"

// The values of headers that never differ. They are shared and never changed.
var (
	jsonType  = []string{"application/json"}
	noStore   = []string{"no-store"}
	noSniff   = []string{"nosniff"}
	noPage    = []string{"default-src 'none'; frame-ancestors 'none'"}
	byTLS     = []string{"max-age=31536000"} // a year, which OWASP ASVS 3.4.1 asks for at least
	anyOrigin = []string{"*"}
	exposed   = []string{"x-amzn-ErrorType, x-amzn-RequestId, x-amz-request-id, Retry-After"}
)

// common sets what every answer of an API has. The names are in canonical form,
// as net/http keeps them.
func common(h http.Header, id string) {
	h["Content-Type"] = jsonType
	h["X-Amzn-Requestid"] = []string{id}
	h["Cache-Control"] = noStore
	cors(h)
}

// cors allows every site to call the APIs from a browser: they are
// authenticated by what the caller sends, never by cookies.
func cors(h http.Header) {
	h["Access-Control-Allow-Origin"] = anyOrigin
	h["Access-Control-Expose-Headers"] = exposed
}
