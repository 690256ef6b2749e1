package carry_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/connect"
	"github.com/aws/aws-sdk-go-v2/service/connect/types"

	"parley/e2e/harness"
)

// publish publishes a flow in the first type that takes it, as a module or as a draft; it tells whether one did.
func publish(s *harness.Server, name, content string) bool {
	for _, kind := range types.ContactFlowType("").Values() {
		_, err := s.Connect().CreateContactFlow(context.Background(), &connect.CreateContactFlowInput{
			InstanceId: &s.InstanceID, Name: &name, Type: kind, Content: &content,
		})
		if err == nil {
			return true
		}
	}
	_, err := s.Connect().CreateContactFlowModule(context.Background(), &connect.CreateContactFlowModuleInput{
		InstanceId: &s.InstanceID, Name: &name, Content: &content,
	})
	if err == nil || strings.Contains(content, `"name:`) { // a draft may name what is not there; an import refuses that
		return err == nil
	}
	_, err = s.Connect().CreateContactFlow(context.Background(), &connect.CreateContactFlowInput{
		InstanceId: &s.InstanceID, Name: &name, Type: types.ContactFlowTypeContactFlow, Content: &content, Status: types.ContactFlowStatusSaved,
	})
	return err == nil
}

// TestFlowsOfOthersMove moves the flows that the parser is tested with, the examples, and real exports where PARLEY_FLOWS names them.
func TestFlowsOfOthersMove(t *testing.T) {
	t.Parallel()
	from, to := harness.Start(t), harness.Start(t)
	for _, function := range []string{"lookup", "order-status", "delivery"} {
		_, err := from.Connect().AssociateLambdaFunction(context.Background(), &connect.AssociateLambdaFunctionInput{
			InstanceId: &from.InstanceID, FunctionArn: aws.String("arn:aws:lambda:us-east-1:123456789012:function:" + function),
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	made := 0
	for _, dir := range []string{"../../domain/flow/testdata/flows", "../../examples/flows", os.Getenv("PARLEY_FLOWS")} {
		paths, _ := filepath.Glob(filepath.Join(dir, "*.json"))
		for i, path := range paths {
			content, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			name := filepath.Base(path)
			if publish(from, fmt.Sprintf("%d %.100s", i, name), string(content)) {
				made++
			}
		}
	}
	t.Logf("%d flows", made)
	if made < 6 {
		t.Errorf("only %d flows were taken", made)
	}
	dir := exported(t, from)
	parley(t, to, 0, "import", "-q", dir)
	wantSame(t, "the other server has other flows", dir, exported(t, to))
	if out, _ := parley(t, to, 0, "import", "-q", "--plan", "--prune", dir); out != "Nothing to do: the instance is as the files say.\n" {
		t.Errorf("there is something to do:\n%s", out)
	}
}
