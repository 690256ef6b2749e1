// Package harness runs the built parley program as a black box for the
// end-to-end tests: a process with its own data directory on a free port,
// reached only through its front door (HTTP and websockets), its ready file
// and its signals.
//
// With PARLEY_E2E_STORE=postgres the servers keep their chats in a PostgreSQL
// that the test process starts, each in a database of its own.
//
// A test that fails prints the server's log. Every wait has a deadline and
// ends on a condition, never on a fixed sleep.
package harness
