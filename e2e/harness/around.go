package harness

import (
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"strings"
	"sync/atomic"
)

// round is the nodes that answer somebody's calls, one after the other.
type round struct {
	nodes []string
	turn  atomic.Int64
}

// Around returns the server as somebody uses it whom a balancer serves: each call goes to the next one of these nodes, and
// websockets to this one, whichever node gave their address.
func (s *Server) Around(nodes ...*Server) *Server {
	view := *s
	view.round = &round{}
	for _, node := range nodes {
		view.round.nodes = append(view.round.nodes, node.URL)
	}
	return &view
}

// Balanced returns the server at the address of a balancer that looks into connections, until the test ends: each request goes to the next
// one of these nodes, however long a client keeps its connection.
func (s *Server) Balanced(nodes ...*Server) *Server {
	s.t.Helper()
	all := s.Around(nodes...)
	front := httptest.NewServer(&httputil.ReverseProxy{Rewrite: func(r *httputil.ProxyRequest) {
		if to, err := url.Parse(all.Next()); err == nil {
			r.SetURL(to)
		}
		r.Out.Host = r.In.Host // the client has signed it
	}})
	s.t.Cleanup(front.Close)
	return s.At(front.URL)
}

// In returns the same server for use in another instance, whose default flow and administrator these are.
func (s *Server) In(instance, flow string, admin Account) *Server {
	view := *s
	view.InstanceID, view.ContactFlowID, view.Admin = instance, flow, admin
	return &view
}

// Next is where the next call goes.
func (s *Server) Next() string {
	if s.round == nil {
		return s.URL
	}
	return s.round.nodes[int(s.round.turn.Add(1))%len(s.round.nodes)]
}

// door is a websocket's address, at this node.
func (s *Server) door(address string) string {
	if s.round == nil {
		return address
	}
	for _, node := range s.round.nodes {
		if path, here := strings.CutPrefix(address, "ws"+strings.TrimPrefix(node, "http")); here {
			return "ws" + strings.TrimPrefix(s.URL, "http") + path
		}
	}
	s.t.Fatalf("the websocket's address %s is none of %v", address, s.round.nodes)
	return ""
}
