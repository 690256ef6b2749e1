package interp

import (
	"errors"

	"parley/domain/flow"
)

// contactHandler is the table of the actions that read or change the contact and
// its instance at once; nil for other types.
func contactHandler(actionType string) func(*machine, *flow.Action) result {
	switch actionType {
	case "UpdateContactData":
		return updateContactData
	case "TagContact":
		return tagContact
	case "UnTagContact", "UntagContact": // documented and accepted spelling
		return untagContact
	case "UpdateContactEventHooks":
		return updateEventHooks
	case "CreatePersistentContactAssociation":
		return associate
	case "UpdateContactRecordingBehavior":
		return updateRecording
	case "UpdateContactRecordingAndAnalyticsBehavior":
		return updateAnalytics
	case "UpdateContactMediaProcessing":
		return updateMediaProcessing
	case "UpdateContactTextToSpeechVoice":
		return nothing
	case "UpdateContactRoutingBehavior":
		return updateRouting
	case "UpdateContactRoutingCriteria":
		return updateCriteria
	case "DequeueContactAndTransferToQueue":
		return requeue
	case "CheckHoursOfOperation":
		return checkHours
	case "CheckMetricData":
		return checkMetric
	case "GetMetricData":
		return getMetrics
	}
	return nil
}

// nothing is for actions that change nothing that a chat has.
func nothing(*machine, *flow.Action) result { return done() }

// did is the result of something that the world was to do: done, or the
// NoMatchingError branch with what could not be done. What the world lacks ends the Advance.
func did(err error, failure string) result {
	var need *Need
	switch {
	case err == nil:
		return done()
	case errors.As(err, &need):
		return stop(Outcome{Kind: need.Kind, Subject: need.Subject})
	}
	return refuse(failure + ": " + err.Error())
}

// softly is a failure of an action that consoles give no error branch: without one nothing happens.
func softly(a *flow.Action, cause string) result {
	if _, wired := a.ErrorBranch(flow.NoMatchingError); !wired {
		return skip(cause)
	}
	return refuse(cause)
}

// isCurrent reports whether an action means the contact itself, not the one that it relates to: that is another
// session, which a flow cannot change.
func (m *machine) isCurrent(a *flow.Action) bool {
	target, ok := m.text(a.Parameters.Field("TargetContact"))
	return !ok || target == "Current"
}
