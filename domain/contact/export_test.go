package contact

// SayBot lets the bot of a flow speak on a draft.
func SayBot(d *Draft, contentType, content string) error {
	return world{d, Config{}}.SayBot(contentType, content)
}
