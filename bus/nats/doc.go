// Package nats is the bus of several nodes: a bus within the process, extended
// to other nodes by core NATS.
//
// It guarantees: subscribers of the publishing node hear at once and once, also
// while NATS is away; neither Publish nor Subscribe ever waits for NATS; what is kept
// for NATS or for slow handlers is bounded, and what goes beyond is dropped and counted; a
// connection that is lost or that nothing comes through is noticed within
// seconds and made again for ever, after which bus.Restored is heard.
//
// A topic is a NATS subject, parley.<cluster>.<topic>; a node subscribes to what it follows.
package nats
