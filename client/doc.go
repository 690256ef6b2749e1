// Package client is a small chat client over the public API: it starts a
// chat, joins it as one participant over a websocket and talks in it.
//
// It guarantees that a joined participant is shown every stored item exactly
// once and in the order of the transcript, whatever happens to its sockets: a
// lost socket is replaced, a silent one is replaced before it is closed, the
// gap is read from GetTranscript, and what two sockets both carried is shown
// once. It is written by hand and lean, because it is also the load generator
// of "parley bench", which shares its processors with the server it measures.
package client
