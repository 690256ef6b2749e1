// Package flowtest runs conversations that people wrote down as scripts against
// flows, without a server, and reports how they went (docs/flow-test.md).
//
// It guarantees: the same files and seed give the same report; every message of
// a flow is either expected by the script or let pass by it in so many words; a
// call to the outside is answered by the script and by nothing else; each
// failure names the file, the line, and what was expected.
package flowtest
