package chat_test

import (
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/connect"
	"github.com/aws/aws-sdk-go-v2/service/connect/types"

	"parley/e2e/harness"
)

// createBot calls CreateParticipant for a CUSTOM_BOT, with a client token of its own.
func createBot(s *harness.Server, chat *harness.Chat) (*connect.CreateParticipantOutput, error) {
	return createNamedBot(s, chat, "Bot", nil)
}

func createNamedBot(s *harness.Server, chat *harness.Chat, name string, clientToken *string) (*connect.CreateParticipantOutput, error) {
	return s.Connect().CreateParticipant(ctx(), &connect.CreateParticipantInput{
		InstanceId: aws.String(s.InstanceID), ContactId: aws.String(chat.ContactID), ClientToken: clientToken,
		ParticipantDetails: &types.ParticipantDetailsToAdd{
			ParticipantRole: types.ParticipantRoleCustomBot, DisplayName: &name,
		},
	})
}

// joinBot adds a bot to a chat and connects it; the result is a view of the
// same chat through the bot's tokens.
func joinBot(t *testing.T, s *harness.Server, chat *harness.Chat) *harness.Chat {
	t.Helper()
	out, err := createBot(s, chat)
	if err != nil {
		t.Fatalf("CreateParticipant: %v", err)
	}
	bot := *chat
	bot.ParticipantID = aws.ToString(out.ParticipantId)
	bot.ParticipantToken = aws.ToString(out.ParticipantCredentials.ParticipantToken)
	return bot.Connect()
}

func TestBotTalksWithTheCustomer(t *testing.T) {
	t.Parallel()
	s := harness.Start(t)
	chat := s.Join(s.Quiet())
	bot := joinBot(t, s, chat)
	joined := chat.Socket.AwaitItem("the bot's joining", func(i harness.Item) bool {
		return i.ContentType == harness.EventType("participant.joined") && i.ParticipantRole == "CUSTOM_BOT"
	})
	if joined.ParticipantID != bot.ParticipantID || joined.DisplayName != "Bot" {
		t.Errorf("joined: %+v, want participant %s called Bot", joined, bot.ParticipantID)
	}
	chat.Send("question")
	bot.Socket.AwaitText("question")
	bot.Send("answer")
	if item := chat.Socket.AwaitText("answer"); item.ParticipantRole != "CUSTOM_BOT" {
		t.Errorf("the answer is from %s, want CUSTOM_BOT", item.ParticipantRole)
	}
	chat.Leave()
	bot.Socket.AwaitEvent("chat.ended")
}

func TestSecondBotConflicts(t *testing.T) {
	t.Parallel()
	s := harness.Start(t)
	chat := s.Join(s.Quiet())
	joinBot(t, s, chat)
	_, err := createBot(s, chat)
	harness.WantRefusal(t, err, 409, "ConflictException")
}

func TestUnusedBotTokenEndsAfter15Seconds(t *testing.T) {
	t.Parallel()
	s := harness.Start(t)
	chat := s.Join(s.Quiet())
	out, err := createBot(s, chat)
	if err != nil {
		t.Fatal(err)
	}
	s.Advance(16 * time.Second)
	s.Bearer(aws.ToString(out.ParticipantCredentials.ParticipantToken), "/participant/connection", connectBoth()).
		Want(t, 403, "AccessDeniedException")
}

func TestBotForUnknownOrEndedContact(t *testing.T) {
	t.Parallel()
	s := harness.Start(t)
	unknown := &harness.Chat{ContactID: "00000000-0000-4000-8000-000000000000"}
	_, err := createBot(s, unknown)
	harness.WantRefusal(t, err, 404, "ResourceNotFoundException")
	ended := s.StartChat(s.Quiet())
	if err := ended.Stop(); err != nil {
		t.Fatal(err)
	}
	if _, err = createBot(s, ended); harness.RefusalOf(err).Status/100 != 4 {
		t.Errorf("a bot for an ended chat: %v, want a refusal", err)
	}
}

// TestBotTokenReplaysTheAnswer: the same client token gets the same bot, while
// it is there, after it left and after the chat's end; with another name only
// where client tokens are not strict.
func TestBotTokenReplaysTheAnswer(t *testing.T) {
	t.Parallel()
	for _, strict := range []string{"off", "on"} {
		s := harness.Start(t, harness.Flags("--setting", "strict-client-tokens="+strict))
		chat := s.Join(s.Quiet())
		first, err := createNamedBot(s, chat, "Bot", aws.String("b1"))
		if err != nil {
			t.Fatal(err)
		}
		check := func(when string) {
			t.Helper()
			again, err := createNamedBot(s, chat, "Bot", aws.String("b1"))
			if err != nil || *again.ParticipantId != *first.ParticipantId ||
				*again.ParticipantCredentials.ParticipantToken != *first.ParticipantCredentials.ParticipantToken {
				t.Errorf("strict %s, %s: %+v (%v), want the first answer", strict, when, again, err)
			}
			if renamed, err := createNamedBot(s, chat, "Another", aws.String("b1")); strict == "on" {
				harness.WantRefusal(t, err, 400, "InvalidRequestException")
			} else if err != nil || *renamed.ParticipantId != *first.ParticipantId {
				t.Errorf("%s, with another name: %v, want the first answer", when, err)
			}
		}
		check("while the bot is there")
		chat.Leave()
		check("after the chat's end")
	}
}
