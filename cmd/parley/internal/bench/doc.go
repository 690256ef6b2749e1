// Package bench drives a running server through its public API and reports
// what it delivers: messages a second and their latency from send to socket,
// chats started a second, processor time and memory.
//
// It guarantees that the figures are the server's as a client sees them: the
// latency of an open loop counts from the time at which a message was due, so
// that a stalled server cannot hide its queue; every acknowledged message that
// no socket carried is reported as lost; the warm-up is left out; and the disk
// is measured in the same run.
package bench
