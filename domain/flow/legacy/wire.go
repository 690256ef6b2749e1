package legacy

import "parley/domain/flow"

// wire turns the branches of a module into transitions.
func (b *block) wire() {
	for _, br := range b.m.Branches {
		to := b.target(b.m, br.Transition, "The branch "+br.Condition)
		switch {
		case br.Condition == "Success":
			b.action.Transitions.NextAction = to
		case br.Condition == "Evaluate":
			b.evaluate(br, to)
		case b.result(br, to):
		default:
			if errorType := b.errorType(br.Condition); errorType != "" {
				b.fail(errorType, to)
			} else {
				b.changed("The branch %s was removed: it has no counterpart.", br.Condition)
			}
		}
	}
}

// on adds a condition.
func (b *block) on(op flow.Operator, operand, to string) {
	t := &b.action.Transitions
	t.Conditions = append(t.Conditions, condition{to, test{op, []string{operand}}})
}

// fail adds an error branch; of two for the same error the first counts.
func (b *block) fail(errorType, to string) {
	t := &b.action.Transitions
	if t.target(errorType) == "" {
		t.Errors = append(t.Errors, errorBranch{to, errorType})
	}
}

func (b *block) evaluate(br branch, to string) {
	op, ok := operator(br.ConditionType)
	if b.action.Type == "DistributeByPercentage" {
		op, ok = flow.NumberLessThan, true // the console wrote the sums up to here, plus one
	}
	switch {
	case !ok:
		b.changed("A condition %q was removed: it has no counterpart.", br.ConditionType)
		return
	case br.ConditionValue == "":
		b.changed("A condition on an empty value was removed: it cannot be published; such a value takes NoMatchingCondition.")
		return
	}
	b.on(op, string(br.ConditionValue), to)
}

// result turns branches that stand for a result of the block into conditions.
func (b *block) result(br branch, to string) bool {
	kind := b.action.Type
	switch br.Condition {
	case "Looping":
		b.on(flow.Equals, "ContinueLooping", to)
	case "Complete":
		b.on(flow.Equals, "DoneLooping", to)
	case "CustomerReturn", "CustomerReturned":
		b.on(flow.Equals, "CustomerReturned", to)
	case "CheckQueueTime", "CheckQueueSize":
		b.evaluate(br, to)
	case "True", "False":
		if kind == "CheckMetricData" {
			return b.staffed(br.Condition, to)
		}
		b.on(flow.Equals, br.Condition, to)
	case "Timeout":
		switch kind {
		case "Wait":
			b.on(flow.Equals, "WaitCompleted", to)
		case "MessageParticipantIteratively":
			b.on(flow.Equals, "MessagesInterrupted", to)
		default:
			return false
		}
	default:
		return false
	}
	return true
}

// staffed: whether there are agents is asked as a number of them now.
func (b *block) staffed(condition, to string) bool {
	if condition == "True" {
		b.on(flow.NumberGreaterThan, "0", to)
	} else {
		b.fail(flow.NoMatchingCondition, to)
	}
	return true
}

// errorType returns the error that a branch is for, "" if there is none.
func (b *block) errorType(condition string) string {
	switch condition {
	case "Error":
		return flow.NoMatchingError
	case "NoMatch":
		return flow.NoMatchingCondition
	case "AtCapacity":
		return "QueueAtCapacity"
	case "Timeout":
		if b.action.Type == "TransferParticipantToThirdParty" {
			return "ConnectionTimeLimitExceeded"
		}
		return "InputTimeLimitExceeded"
	case "CallFailure", "CallFailed":
		return "CallFailed"
	case "InvalidNumber", "InvalidPhoneNumber":
		if b.action.Type == "UpdateContactCallbackNumber" {
			return "InvalidCallbackNumber"
		}
		return "InvalidPhoneNumber"
	case "NonDialableNumber", "NotDialable":
		return "CallbackNumberNotDialable"
	}
	return ""
}
