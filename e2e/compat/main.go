// Command compat renders docs/compatibility.md: which operations of Amazon
// Connect work here, and how Parley behaves where AWS is silent.
//
// It promises that an operation is called implemented only if an unchanged
// client called it with success in the end-to-end tests. Run the tests with
// PARLEY_E2E_RECORD naming a file, then
//
//	go run ./e2e/compat -record FILE -rulings docs/compatibility.rulings.md.tmpl > docs/compatibility.md
package main

import (
	"flag"
	"fmt"
	"io"
	"os"

	"parley/api/connect"
	"parley/api/participant"
)

func main() {
	record := flag.String("record", "", "file that the end-to-end tests wrote (PARLEY_E2E_RECORD)")
	rulings := flag.String("rulings", "docs/compatibility.rulings.md.tmpl", "file that ends the page")
	flag.Parse()
	if err := run(os.Stdout, *record, *rulings); err != nil {
		fmt.Fprintln(os.Stderr, "compat:", err)
		os.Exit(1)
	}
}

func run(out io.Writer, recordPath, rulingsPath string) error {
	file, err := os.Open(recordPath)
	if err != nil {
		return err
	}
	defer file.Close()
	calls, err := readCalls(file)
	if err != nil {
		return fmt.Errorf("%s: %w", recordPath, err)
	}
	rulings, err := os.ReadFile(rulingsPath)
	if err != nil {
		return err
	}
	return render(out, services(), calls, string(rulings))
}

// service is one AWS service and the names of all its operations.
type service struct {
	key, title string
	operations []string
}

func services() []service {
	desk := service{key: "connect", title: "Amazon Connect (`connect`)"}
	for _, operation := range connect.Operations() {
		desk.operations = append(desk.operations, operation.Name)
	}
	chat := service{key: "connectparticipant", title: "Amazon Connect Participant (`connectparticipant`)"}
	for _, operation := range participant.Operations() {
		chat.operations = append(chat.operations, operation.Name)
	}
	return []service{desk, chat}
}
