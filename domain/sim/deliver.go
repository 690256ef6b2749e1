package sim

import "errors"

// deliver hands the answer of a call to the flow that waits for it.
func (c *Chat) deliver() error {
	return errors.New("the flow does not take answers")
}
