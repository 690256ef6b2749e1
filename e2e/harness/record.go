package harness

import (
	"context"
	"fmt"
	"os"

	awsmiddleware "github.com/aws/aws-sdk-go-v2/aws/middleware"
	"github.com/aws/smithy-go/middleware"
)

// Record notes that an unchanged client called an operation with success. The
// notes go to the file that PARLEY_E2E_RECORD names, one line a call: client,
// service (connect or connectparticipant), operation, separated by tabs.
// Without the variable nothing is written.
func Record(client, service, operation string) error {
	path := os.Getenv("PARLEY_E2E_RECORD")
	if path == "" {
		return nil
	}
	file, err := os.OpenFile(path, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o644)
	if err != nil {
		return err
	}
	defer file.Close()
	_, err = fmt.Fprintf(file, "%s\t%s\t%s\n", client, service, operation)
	return err
}

// recordCalls adds Record to the SDK's stack.
func recordCalls(stack *middleware.Stack) error {
	return stack.Initialize.Add(middleware.InitializeMiddlewareFunc("ParleyRecord", recordCall), middleware.After)
}

func recordCall(ctx context.Context, in middleware.InitializeInput, next middleware.InitializeHandler) (
	middleware.InitializeOutput, middleware.Metadata, error,
) {
	out, metadata, err := next.HandleInitialize(ctx, in)
	if err == nil {
		err = Record("aws-sdk-go-v2", serviceOf(ctx), awsmiddleware.GetOperationName(ctx))
	}
	return out, metadata, err
}

func serviceOf(ctx context.Context) string {
	if awsmiddleware.GetServiceID(ctx) == "ConnectParticipant" {
		return "connectparticipant"
	}
	return "connect"
}
