package quota_test

import (
	"testing"
	"time"

	"parley/domain/quota"
)

// The numbers of "Amazon Connect service quotas" that callers rely on.
func TestAWSRates(t *testing.T) {
	for operation, want := range map[string]quota.Rate{
		"StartChatContact":            {PerSecond: 5, Burst: 8},
		"CreateParticipant":           {PerSecond: 5, Burst: 8},
		"StopContact":                 {PerSecond: 10, Burst: 15},
		"UpdateContactAttributes":     {PerSecond: 10, Burst: 15},
		"TagContact":                  {PerSecond: 20, Burst: 25},
		"CreateParticipantConnection": {PerSecond: 6, Burst: 9},
		"DisconnectParticipant":       {PerSecond: 3, Burst: 5},
		"GetTranscript":               {PerSecond: 8, Burst: 12},
		"SendMessage":                 {PerSecond: 10, Burst: 15},
		"SendEvent":                   {PerSecond: 10, Burst: 15},
	} {
		if got, ok := quota.AWS(operation); !ok || got != want {
			t.Errorf("%s: %+v, %v, want %+v", operation, got, ok, want)
		}
	}
	if r, ok := quota.AWS("ListQueues"); ok {
		t.Errorf("ListQueues has the rate %+v of its own", r)
	}
	if got, want := quota.Default(), (quota.Rate{PerSecond: 2, Burst: 5}); got != want {
		t.Errorf("the default is %+v, want %+v", got, want)
	}
	if quota.AWSActiveChats != 500 || quota.TokenLife != 7*24*time.Hour {
		t.Errorf("active chats %d, client tokens %v", quota.AWSActiveChats, quota.TokenLife)
	}
}

func TestCountsDoNotShareKeys(t *testing.T) {
	seen := map[string]bool{}
	for _, key := range []string{
		quota.ActiveChats("a"), quota.ActiveChats("b"), quota.Queued("a", "q"), quota.Queued("b", "q"), quota.Queued("a", "r"),
	} {
		if seen[key] {
			t.Errorf("the key %s counts two things", key)
		}
		seen[key] = true
	}
}
