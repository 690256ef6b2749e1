// Package chaos breaks a cluster while it serves, and judges what its clients saw.
//
// A run starts three nodes over PostgreSQL with a synchronous standby and NATS
// (package cluster), lets workloads call them, breaks and heals things after a
// plan that a seed decides, and then asks each workload which promises were
// broken: nothing acknowledged is lost, nothing is doubled, one order on every
// socket and in the transcript, timers fire once, a repeated call is answered
// alike, and a call without an answer did all or nothing.
//
// A feature adds its promises as a Workload, and things to break as a fault.
package chaos
