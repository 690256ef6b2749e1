package main

import (
	"fmt"
	"io"
	"strings"
)

const opening = `<!-- Written by e2e/compat from the end-to-end tests. Do not edit. -->
# What works

An operation is listed as *implemented* when an unchanged client calls it with success in the end-to-end tests; the table names
those clients. The AWS CLI, boto3 and the AWS SDK for Go call every one of them, on SQLite and on three nodes over PostgreSQL and NATS.
*Partial* names the members that are accepted without effect, or refused. What is *refused* as a whole answers 400 and says why. Every
other operation of the two services is known by its route and answers 501 NotImplementedException with its name.

`

// render writes the page.
func render(out io.Writer, services []service, called calls, rulings string) error {
	var page strings.Builder
	page.WriteString(opening)
	for _, s := range services {
		renderService(&page, s, called)
	}
	page.WriteString(rulings)
	_, err := io.WriteString(out, page.String())
	return err
}

func renderService(page *strings.Builder, s service, called calls) {
	var missing []string
	fmt.Fprintf(page, "## %s\n\n| operation | state | proven with |\n|---|---|---|\n", s.title)
	for _, name := range s.operations {
		clients := called[operation{s.key, name}]
		if why := refused()[operation{s.key, name}]; why != "" {
			fmt.Fprintf(page, "| %s | refused: %s | |\n", name, why)
			continue
		}
		if clients == nil {
			missing = append(missing, name)
			continue
		}
		fmt.Fprintf(page, "| %s | %s | %s |\n", name, state(operation{s.key, name}), strings.Join(clients, ", "))
	}
	if missing != nil {
		fmt.Fprintf(page, "\nNot implemented (%d of %d): %s.\n", len(missing), len(s.operations), strings.Join(missing, ", "))
	}
	page.WriteString("\n")
}

func state(op operation) string {
	if left := partial()[op]; left != "" {
		return "partial: " + left
	}
	return "implemented"
}
