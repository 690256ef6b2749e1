// Command balance passes TCP connections on to the addresses that it is given,
// in turn: what stands before several servers when they are measured. It prints
// its own address.
package main

import (
	"fmt"
	"io"
	"net"
	"os"
)

func main() {
	fmt.Fprintln(os.Stderr, run(os.Args[1:]))
	os.Exit(1)
}

// run returns only when it can listen no more.
func run(servers []string) error {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	fmt.Println(listener.Addr())
	for turn := 0; ; turn++ {
		conn, err := listener.Accept()
		if err != nil {
			return err
		}
		go pass(conn, servers[turn%len(servers)])
	}
}

// pass joins a connection with one to a server.
func pass(conn net.Conn, server string) {
	defer conn.Close()
	back, err := net.Dial("tcp", server)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return
	}
	defer back.Close()
	go func() {
		_, _ = io.Copy(back, conn) // whatever ended it ends the other half too
		_ = back.(*net.TCPConn).CloseWrite()
	}()
	_, _ = io.Copy(conn, back)
}
