package flow

import (
	"encoding/json"
	"strings"
)

// actionMetadata returns what the console noted about each action, by identifier.
func (d *Document) actionMetadata() map[string]json.RawMessage {
	var metadata struct {
		ActionMetadata map[string]json.RawMessage
	}
	_ = json.Unmarshal(d.Metadata(), &metadata) // without it, nothing is noted
	return metadata.ActionMetadata
}

// notedName returns the name that the console noted for a reference. Newer
// consoles note it beside the parameter, older ones beside the block.
func notedName(noted json.RawMessage, r Reference) string {
	if len(noted) == 0 {
		return ""
	}
	v := JSONValue(noted)
	place := Path(strings.Split(strings.NewReplacer("[", ".", "]", "").Replace(r.Path), "."))
	place[0] = "parameters"
	if r.Kind == BotRef {
		return botName(v, place)
	}
	for _, path := range append([]Path{append(place, "displayName")}, olderPlaces(r)...) {
		if name, ok := v.At(path); ok && name.String() != "" {
			return name.String()
		}
	}
	return ""
}

// botName is the bot's name and that of its alias.
func botName(v Value, place Path) string {
	alias, okAlias := v.At(append(place[:len(place):len(place)], "displayName"))
	bot, okBot := v.At(append(place[:len(place):len(place)], "lexV2BotName"))
	if !okAlias || !okBot {
		alias, okAlias = v.At(Path{"lexV2BotAliasName"})
		bot, okBot = v.At(Path{"lexV2BotName"})
	}
	if !okAlias || !okBot || bot.String() == "" {
		return ""
	}
	return bot.String() + "/" + alias.String()
}

func olderPlaces(r Reference) []Path {
	switch r.Kind {
	case QueueRef:
		return []Path{{"queue", "text"}}
	case FlowRef:
		return []Path{{"contactFlow", "text"}, {"ContactFlow", "text"}}
	case PromptRef:
		return []Path{{"audio", "0", "text"}}
	}
	return nil
}
