package harness

import (
	"context"
	"slices"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/connect"
	"github.com/aws/aws-sdk-go-v2/service/connect/types"
)

// Agent is a user of the routing profile and the security profile that an instance comes with.
type Agent struct {
	UserID string
	server *Server
}

// Agent makes a user whose first name customers see, and who accepts by itself or not. Its after-contact
// work ends after so many seconds, 0 = when it is cleared.
func (s *Server) Agent(name string, autoAccept bool, work int32) *Agent {
	s.t.Helper()
	routing, err := s.Connect().ListRoutingProfiles(context.Background(), &connect.ListRoutingProfilesInput{InstanceId: &s.InstanceID})
	if err != nil || len(routing.RoutingProfileSummaryList) == 0 {
		s.t.Fatalf("ListRoutingProfiles: %v", err)
	}
	security, err := s.Connect().ListSecurityProfiles(context.Background(), &connect.ListSecurityProfilesInput{InstanceId: &s.InstanceID})
	if err != nil {
		s.t.Fatalf("ListSecurityProfiles: %v", err)
	}
	i := slices.IndexFunc(security.SecurityProfileSummaryList, func(p types.SecurityProfileSummary) bool { return aws.ToString(p.Name) == "Agent" })
	if i < 0 {
		s.t.Fatal("there is no security profile Agent")
	}
	made, err := s.Connect().CreateUser(context.Background(), &connect.CreateUserInput{
		InstanceId: &s.InstanceID, Username: aws.String(name + "@example.com"), IdentityInfo: &types.UserIdentityInfo{FirstName: &name},
		Password:         aws.String("Secret-Pass-1"),
		PhoneConfig:      &types.UserPhoneConfig{PhoneType: types.PhoneTypeSoftPhone, AutoAccept: autoAccept, AfterContactWorkTimeLimit: work},
		RoutingProfileId: routing.RoutingProfileSummaryList[0].Id, SecurityProfileIds: []string{aws.ToString(security.SecurityProfileSummaryList[i].Id)},
	})
	if err != nil {
		s.t.Fatalf("CreateUser: %v", err)
	}
	return &Agent{UserID: aws.ToString(made.UserId), server: s}
}

// Status changes the agent's status to the one of a type that the instance comes with: ROUTABLE or OFFLINE.
func (a *Agent) Status(kind types.AgentStatusType) {
	a.server.t.Helper()
	all, err := a.server.Connect().ListAgentStatuses(context.Background(), &connect.ListAgentStatusesInput{
		InstanceId: &a.server.InstanceID, AgentStatusTypes: []types.AgentStatusType{kind},
	})
	if err != nil || len(all.AgentStatusSummaryList) != 1 {
		a.server.t.Fatalf("ListAgentStatuses: %+v, %v", all, err)
	}
	_, err = a.server.Connect().PutUserStatus(context.Background(), &connect.PutUserStatusInput{
		InstanceId: &a.server.InstanceID, UserId: &a.UserID, AgentStatusId: all.AgentStatusSummaryList[0].Id,
	})
	if err != nil {
		a.server.t.Fatalf("PutUserStatus: %v", err)
	}
}

// Online makes the agent available.
func (a *Agent) Online() *Agent {
	a.server.t.Helper()
	a.Status(types.AgentStatusTypeRoutable)
	return a
}

// Take connects the agent to a chat that it has accepted, as a participant of its own.
func (a *Agent) Take(c *Chat) *Chat {
	a.server.t.Helper()
	var out struct{ ParticipantToken string }
	a.server.control("POST", "agent/token", map[string]any{"UserId": a.UserID, "ContactId": c.ContactID}, &out)
	return (&Chat{ContactID: c.ContactID, ParticipantToken: out.ParticipantToken, server: a.server}).Connect()
}

// Clear ends the agent's after-contact work on a chat.
func (a *Agent) Clear(c *Chat) error {
	_, err := a.server.Connect().DismissUserContact(context.Background(), &connect.DismissUserContactInput{
		InstanceId: &a.server.InstanceID, UserId: &a.UserID, ContactId: &c.ContactID,
	})
	return err
}

// Data returns what GetCurrentUserData tells of the agent, nil if it is not at work.
func (a *Agent) Data() *types.UserData {
	a.server.t.Helper()
	out, err := a.server.Connect().GetCurrentUserData(context.Background(), &connect.GetCurrentUserDataInput{
		InstanceId: &a.server.InstanceID, Filters: &types.UserDataFilters{Agents: []string{a.UserID}},
	})
	if err != nil {
		a.server.t.Fatalf("GetCurrentUserData: %v", err)
	}
	if len(out.UserDataList) == 0 {
		return nil
	}
	return &out.UserDataList[0]
}

// AwaitAgent waits until an agent has joined the chat.
func (c *Chat) AwaitAgent() Item {
	c.server.t.Helper()
	return c.Socket.AwaitItem("an agent who joins", func(i Item) bool {
		return i.ContentType == EventType("participant.joined") && i.ParticipantRole == "AGENT"
	})
}

// Seat connects somebody to a chat by a participant token of its own.
func (s *Server) Seat(contact, participantToken string) *Chat {
	s.t.Helper()
	return (&Chat{ContactID: contact, ParticipantToken: participantToken, server: s}).Connect()
}

// Predefined makes a predefined attribute, as proficiencies and routing criteria name it.
func (s *Server) Predefined(name string, values ...string) {
	s.t.Helper()
	_, err := s.Connect().CreatePredefinedAttribute(context.Background(), &connect.CreatePredefinedAttributeInput{
		InstanceId: &s.InstanceID, Name: &name, Values: &types.PredefinedAttributeValuesMemberStringList{Value: values},
	})
	if err != nil {
		s.t.Fatalf("CreatePredefinedAttribute: %v", err)
	}
}
