// Command postgres runs a PostgreSQL for measurements, in a temporary directory
// and with every commit synced. It prints a database's URL for every line of
// its input, and ends with its input.
package main

import (
	"bufio"
	"fmt"
	"os"

	"parley/internal/postgrestest"
)

func main() {
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run() (err error) {
	server, err := postgrestest.Start(postgrestest.Options{Durable: true})
	if err != nil {
		return err
	}
	defer func() {
		if closed := server.Close(); err == nil {
			err = closed
		}
	}()
	asked := bufio.NewScanner(os.Stdin)
	for i := 1; asked.Scan(); i++ {
		name := fmt.Sprintf("bench%d", i)
		if err := server.Create(name, ""); err != nil {
			return err
		}
		fmt.Println(server.URL(name))
	}
	return asked.Err()
}
