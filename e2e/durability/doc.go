// Package durability holds the tests of what is promised about kept messages.
//
// In process: the real store on a file system that forgets what was not
// synced. Black box: the built program that is killed, that loses power, whose
// answers are cut off, whose sockets are dropped, that is flooded and that is
// restarted under load. What clients saw is judged by package history.
//
// Each test prints its seed; -seed repeats a run. PARLEY_LONG=1 asks for the
// full counts.
package durability
