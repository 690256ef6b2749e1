package natstest

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"math/rand/v2"
	"net"
	"strconv"
	"testing"
	"time"
)

// Cluster starts n servers that pass one another's messages on, and waits until each knows all.
func Cluster(t testing.TB, n int) []*Server {
	t.Helper()
	routes := make([]string, n)
	for i := range routes {
		routes[i] = FreeAddress(t)
	}
	servers := make([]*Server, n)
	for i := range servers {
		servers[i] = Start(t, Config{Name: "n" + strconv.Itoa(i+1), Listen: FreeAddress(t), Cluster: routes[i], Routes: routes})
	}
	for _, s := range servers {
		if err := s.await(func(i info) bool { return len(i.Servers) == n }); err != nil {
			t.Fatalf("natstest: the servers do not find one another: %v\n%s", err, s.lastWords())
		}
	}
	return servers
}

// info is what a server says of itself to each client that connects.
type info struct {
	Name    string   `json:"server_name"`
	Servers []string `json:"connect_urls"` // of the cluster, itself included
}

// await asks the server until what it says of itself is as wanted.
func (s *Server) await(want func(info) bool) error {
	ctx, cancel := context.WithTimeout(context.Background(), startWithin)
	defer cancel()
	for {
		got, err := ask(ctx, s.cfg.Listen)
		if err == nil && want(got) {
			return nil
		}
		select {
		case <-time.After(10 * time.Millisecond):
		case <-s.exited:
			return errors.New("it has ended")
		case <-ctx.Done():
			return errors.Join(ctx.Err(), err)
		}
	}
}

// ask reads the first line that a server sends: INFO and a JSON object.
func ask(ctx context.Context, address string) (info, error) {
	var got info
	conn, err := new(net.Dialer).DialContext(ctx, "tcp", address)
	if err != nil {
		return got, err
	}
	defer conn.Close()
	if deadline, ok := ctx.Deadline(); ok {
		_ = conn.SetDeadline(deadline) // a failure shows when reading
	}
	line, err := bufio.NewReaderSize(conn, 1<<16).ReadSlice('\n')
	if err != nil {
		return got, err
	}
	_, object, _ := bytes.Cut(line, []byte(" "))
	return got, json.Unmarshal(object, &got)
}

// FreeAddress returns a loopback address that nobody listens on, below the ports that
// outgoing connections get: it stays free while its server is down.
func FreeAddress(t testing.TB) string {
	t.Helper()
	for range 100 {
		address := net.JoinHostPort("127.0.0.1", strconv.Itoa(10_000+rand.N(20_000)))
		if l, err := net.Listen("tcp", address); err == nil {
			_ = l.Close()
			return address
		}
	}
	t.Fatal("natstest: no free port")
	return ""
}

func split(address string) (host, port string) {
	host, port, err := net.SplitHostPort(address)
	if err != nil { // the program says what is wrong with it
		return address, ""
	}
	return host, port
}
