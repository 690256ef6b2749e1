package clients_test

import (
	"testing"

	"parley/e2e/harness"
)

// TestBoto3Files: attachments of a chat, and attached files of its contact.
func TestBoto3Files(t *testing.T) {
	t.Parallel()
	s := harness.Start(t)
	r := note(t, "boto3", output(t, command(t, s, "python3", "boto3_files.py", s.InstanceID, quiet(s))))
	wantCalled(t, r, "connectparticipant.StartAttachmentUpload", "connectparticipant.CompleteAttachmentUpload", "connectparticipant.GetAttachment",
		"connect.StartAttachedFileUpload", "connect.CompleteAttachedFileUpload", "connect.GetAttachedFile", "connect.BatchGetAttachedFileMetadata", "connect.DeleteAttachedFile")
}

func TestChatjsFilesInChromium(t *testing.T) {
	t.Parallel()
	s := harness.Start(t)
	r := note(t, "amazon-connect-chatjs", output(t, node(t, s, "attachments.mjs", s.InstanceID, quiet(s))))
	wantCalled(t, r, "connectparticipant.StartAttachmentUpload", "connectparticipant.CompleteAttachmentUpload", "connectparticipant.GetAttachment")
}
