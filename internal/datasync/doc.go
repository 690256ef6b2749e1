// Package datasync makes files durable as databases do: by fdatasync, where
// there is one. It guarantees that after File has returned nil a power loss
// forgets nothing of the file's bytes; it serves what measures disks.
package datasync
