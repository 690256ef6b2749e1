package attach

import "sync"

// underway are the files whose bytes are coming in at this node: of each file one upload at a time, so that a URL that is used many
// times at once takes no more space than one file. The zero underway is ready.
type underway struct {
	mu    sync.Mutex
	files map[string]struct{}
}

// begin notes an upload, and refuses a second one of the same file.
func (u *underway) begin(file string) bool {
	u.mu.Lock()
	defer u.mu.Unlock()
	if _, there := u.files[file]; there {
		return false
	}
	if u.files == nil {
		u.files = map[string]struct{}{}
	}
	u.files[file] = struct{}{}
	return true
}

func (u *underway) end(file string) {
	u.mu.Lock()
	defer u.mu.Unlock()
	delete(u.files, file)
}
