// Package carry moves the configuration of an instance: it reads an instance over
// the public Amazon Connect API into documents that name one another by name,
// writes them as files, compares them with an instance, and makes an instance as
// the files say.
//
// It guarantees that equal instances give equal files, byte for byte; that nothing
// is changed when a file is invalid or a name in one leads nowhere; that a
// change is applied in an order in which every name exists when it is needed; and
// that applying again, after an end or an interruption at any point, does what is
// left and nothing else. It never reads a password, a code or a key, because the API gives none.
package carry
