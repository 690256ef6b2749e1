package privacy_test

import (
	"slices"
	"testing"

	"parley/e2e/cluster"
)

// TestThreeNodesExport: of three nodes one has the chats and the files of a customer; what another one exports is all of it, also what was
// said, sent and redacted since it looked last, of which no hint has reached it.
func TestThreeNodesExport(t *testing.T) {
	t.Parallel()
	c := cluster.Start(t, cluster.Config{Flags: []string{"--attachments", t.TempDir()}})
	first, second, third := c.Nodes[0].Server, c.Nodes[1].Server, c.Nodes[2]
	const ada = "canaryada"
	quiet := first.Quiet()
	ended := talk(t, first, ada, ada, quiet, 3)
	over(t, first, ended)
	live := talk(t, first, ada, ada, quiet, 3)
	if got := chats(exported(t, third.Server, "--customer", ada)); len(got) != 2 { // now it knows them
		t.Fatalf("the export has the chats %v", got)
	}

	for _, l := range third.Bus {
		l.Cut()
	}
	secret := live.Send(ada + "-secret")
	live.Send(ada + "-later")
	attach(t, first, live, ada+"-second.txt", ada+"-more bytes")
	if out, failed := parley(t, second, "redact", live.ContactID, secret); failed {
		t.Fatalf("redact: %s", out)
	}
	files := exported(t, third.Server, "--customer", ada)
	for chat, words := range map[string][]string{
		ended.ContactID: {"-message0,", "-message2,", "-name", "-attribute", "-file.txt", "-bytes"},
		live.ContactID:  {"-message0,", "-message2,", "-name", "-attribute", "-file.txt", "-bytes", "-later", "-second.txt", "-more bytes"},
	} {
		for _, word := range words {
			if len(within(files, "chats/"+chat+"/", ada+word)) == 0 {
				t.Errorf("%s is not in the export of the chat %s", word, chat)
			}
		}
	}
	state := within(files, "chats/"+live.ContactID+"/chat.json", ada+"-second.txt")
	if got := within(files, "", ada+"-secret"); len(got) > 0 || len(state) == 0 {
		t.Errorf("what was redacted is in %v; what the chat remembers names the file in %v", got, state)
	}
	if got := audited(t, first); !slices.Contains(got, "exported: 2 chats") {
		t.Errorf("the audit log has %v", got)
	}
}
