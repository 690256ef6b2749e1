package sqlite

// recentSessions is how many sessions' rows the writer keeps at most; a row
// takes about 200 bytes.
const recentSessions = 1 << 16

// recent holds the rows of sessions that were committed lately, as they stand
// in the database: the writer need not read them, because nobody else writes.
// It forgets by halves: when young is full it becomes old, and what was old
// and not asked for since is gone.
type recent struct {
	young, old map[string]sessionRow
}

func newRecent() recent { return recent{young: map[string]sessionRow{}} }

func (c *recent) get(id string) (sessionRow, bool) {
	row, ok := c.young[id]
	if !ok {
		row, ok = c.old[id]
	}
	return row, ok
}

// put remembers a row; one that does not exist is not worth remembering.
func (c *recent) put(id string, row sessionRow) {
	if row.version == 0 {
		return
	}
	if len(c.young) >= recentSessions/2 {
		c.young, c.old = map[string]sessionRow{}, c.young
	}
	row.changed = false
	c.young[id] = row
}

func (c *recent) forget() {
	clear(c.young)
	c.old = nil
}
