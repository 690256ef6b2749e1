package metric

// Dimension is what contacts are grouped and filtered by, as GetMetricDataV2 names it.
type Dimension string

// The dimensions that contacts have here.
const (
	Queue      Dimension = "QUEUE"
	Channel    Dimension = "CHANNEL"
	Profile    Dimension = "ROUTING_PROFILE"
	User       Dimension = "AGENT"
	LevelOne   Dimension = "AGENT_HIERARCHY_LEVEL_ONE"
	LevelTwo   Dimension = "AGENT_HIERARCHY_LEVEL_TWO"
	LevelThree Dimension = "AGENT_HIERARCHY_LEVEL_THREE"
	LevelFour  Dimension = "AGENT_HIERARCHY_LEVEL_FOUR"
	LevelFive  Dimension = "AGENT_HIERARCHY_LEVEL_FIVE"
	Method     Dimension = "INITIATION_METHOD"
	Reason     Dimension = "DISCONNECT_REASON"
	Subtype    Dimension = "contact/segmentAttributes/connect:Subtype"
)

// ChatChannel is the only channel of contacts here.
const ChatChannel = "CHAT"

// Level is the number of a hierarchy level from 1 on, 0 for other dimensions.
func (d Dimension) Level() int {
	for i, level := range []Dimension{LevelOne, LevelTwo, LevelThree, LevelFour, LevelFive} {
		if d == level {
			return i + 1
		}
	}
	return 0
}

// Known reports whether contacts have the dimension.
func (d Dimension) Known() bool {
	switch d {
	case Queue, Channel, Profile, User, Method, Reason, Subtype:
		return true
	}
	return d.Level() > 0
}

// ofAgent reports whether the dimension is known of contacts only that have an agent.
func (d Dimension) ofAgent() bool { return d == User || d.Level() > 0 }

// of is the value that a contact has, with an agent who need not be the one who took it; "" = none.
func (d Dimension) of(c *Contact, a *Agent) string {
	switch d {
	case Queue:
		return c.Queue
	case Channel:
		return ChatChannel
	case Profile:
		return a.Profile
	case User:
		return a.ID
	case Method:
		return c.Method
	case Reason:
		return c.Reason
	case Subtype:
		return c.Subtype
	}
	if n := d.Level(); n > 0 && n <= len(a.Groups) {
		return a.Groups[n-1]
	}
	return ""
}
