// Package clients_test runs unchanged clients in other languages against the
// program: boto3, the AWS CLI, the AWS SDK for JavaScript, and chatjs in
// Chromium. e2e/setup.sh installs what they need.
package clients_test

import (
	"os"
	"testing"

	"parley/e2e/harness"
)

func TestMain(m *testing.M) { os.Exit(harness.Main(m)) }
