// Package cluster runs what several equal nodes need, as processes on this
// machine: the nodes themselves, a PostgreSQL with a synchronous standby and
// failover, NATS servers, and between all of them links that can be cut.
//
// It guarantees: every connection between two of them, and between a client
// and a node, runs through a Link; a standby becomes the primary only if it has
// all that was acknowledged, and only after the old primary is dead; what was
// stopped, cut or filled by a test is put right by Heal; everything ends with
// its test.
//
// Nothing here judges: package chaos does.
package cluster
