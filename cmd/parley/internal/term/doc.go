// Package term is a customer's side of a chat in a terminal, and an agent's side of several.
//
// It guarantees that every message of the chat is printed once and in order,
// also when the connection is lost in between; that what is typed is sent until
// the server has kept it or refused it; and that nothing a participant writes
// reaches the terminal as a control sequence. Out of a terminal it reads its
// lines as a script and prints plain text.
package term
