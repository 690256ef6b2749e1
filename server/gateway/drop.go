package gateway

// Drop ends the sockets of a session's participant on this node, or of all its participants for "", as a
// test wants it: with a close code, or with none as a lost network does. It returns their tickets.
func (g *Gateway) Drop(session, participant string, code uint16) (tickets []Ticket) {
	for _, s := range g.sockets.all() {
		if s.ticket.Session != session || participant != "" && s.ticket.Participant != participant {
			continue
		}
		tickets = append(tickets, s.ticket)
		if code != 0 {
			s.shut(code, dropped)
			continue
		}
		s.mu.Lock()
		s.begin(dropped)
		s.mu.Unlock()
		s.conn.Close()
	}
	return tickets
}
