package interactive

import (
	"net/url"
	"time"
)

// Numbers of elements (Amazon Connect, limits of the templates).
const (
	MaxChoices = 10 // of a list picker, a panel and a quick reply, without buttons that turn pages
	MaxSlots   = 40 // of a time picker
	MaxCards   = 5  // of a carousel
	leastCards = 2
	leastReply = 2
)

// ways are the names of the templates that a web chat shows.
func ways() []string {
	return []string{"ListPicker", "Panel", "TimePicker", "QuickReply", "Carousel", "ViewResource"}
}

// elsewhere are templates of other channels. The widget shows none of them: what is in them is the client's business.
func elsewhere() []string {
	return []string{"Form", "AppleForm", "ApplePay", "AppleCustom", "iMessageApp", "WhatsAppInteractiveList", "WhatsAppInteractiveReplyButton"}
}

// template checks a whole message, or a card of a carousel, and reports whether it takes a referenceId.
func (c *checker) template(p place, card bool) (referenced bool) {
	if !c.object(p) {
		return false
	}
	kind, known := p.member("templateType"), append(ways(), elsewhere()...)
	if card {
		known = []string{"ListPicker", "Panel"}
	}
	c.is(kind, known...)
	c.is(p.member("version"), version)
	data := p.member("data")
	if !c.object(data) {
		return false
	}
	c.reply(data.member("replyMessage"))
	content := data.member("content")
	if c.object(content) && c.err == nil {
		referenced = c.body(kind.v.(string), content)
	}
	return referenced
}

func (c *checker) body(kind string, content place) (referenced bool) {
	switch kind {
	case "ListPicker", "Panel":
		c.picker(content, kind == "ListPicker")
	case "TimePicker":
		c.times(content)
	case "QuickReply":
		c.replies(content)
	case "Carousel":
		c.carousel(content)
	case "ViewResource":
		c.text(content.member("viewId"))
		c.text(content.member("viewToken"))
		return false
	default:
		return false
	}
	c.optional(content.member("referenceId"))
	return true
}

// reply is what is shown once something is chosen.
func (c *checker) reply(p place) {
	if p.there && c.object(p) {
		c.titled(p)
		c.image(p)
	}
}

func (c *checker) titled(p place) {
	c.text(p.member("title"))
	c.optional(p.member("subtitle"))
}

func (c *checker) image(p place) {
	if kind := p.member("imageType"); kind.there {
		c.is(kind, "URL")
	}
	c.optional(p.member("imageData"))
	c.optional(p.member("imageDescription"))
}

func (c *checker) picker(p place, images bool) {
	c.titled(p)
	c.image(p)
	elements := p.member("elements")
	choices, turns := 0, false
	for _, e := range c.list(elements) {
		if !c.object(e) {
			return
		}
		c.titled(e)
		c.link(e)
		if images {
			c.image(e)
		}
		if detail := e.member("actionDetail"); detail.there {
			c.is(detail, "SHOW_MORE", "PREVIOUS_OPTIONS")
			turns = true
			continue
		}
		choices++
	}
	c.count(elements, choices, 1, MaxChoices)
	if turns {
		c.text(p.member("listId"))
		c.number(p.member("preIndex"))
		c.number(p.member("nextIndex"))
	}
}

// link is where a choice leads that is one: to a page, never into a script (our choice).
func (c *checker) link(p place) {
	c.optional(p.member("type"))
	if p.member("type").v != "hyperlink" {
		return
	}
	to := p.member("url")
	c.text(to)
	text, _ := to.v.(string)
	if u, err := url.Parse(text); err != nil || u.Scheme != "https" && u.Scheme != "http" || u.Host == "" {
		c.fail(to, "must be a URL that begins with https:// or http://")
	}
}

func (c *checker) times(p place) {
	c.titled(p)
	c.maybeNumber(p.member("timeZoneOffset"))
	if at := p.member("location"); at.there && c.object(at) {
		c.number(at.member("latitude"))
		c.number(at.member("longitude"))
		c.text(at.member("title"))
		c.maybeNumber(at.member("radius"))
	}
	slots := c.list(p.member("timeslots"))
	c.count(p.member("timeslots"), len(slots), 1, MaxSlots)
	for _, slot := range slots {
		if !c.object(slot) {
			return
		}
		c.date(slot.member("date"))
		c.number(slot.member("duration"))
	}
}

func (c *checker) date(p place) {
	c.text(p)
	text, _ := p.v.(string)
	for _, layout := range []string{"2006-01-02T15:04Z07:00", "2006-01-02T15:04Z0700", time.RFC3339} {
		if _, err := time.Parse(layout, text); err == nil {
			return
		}
	}
	c.fail(p, `must be a time with its offset, as "2020-10-31T17:00+00:00"`)
}

func (c *checker) replies(p place) {
	c.titled(p)
	elements := c.list(p.member("elements"))
	c.count(p.member("elements"), len(elements), leastReply, MaxChoices)
	for _, e := range elements {
		if c.object(e) {
			c.text(e.member("title"))
		}
	}
}

func (c *checker) carousel(p place) {
	c.titled(p)
	cards := c.list(p.member("elements"))
	c.count(p.member("elements"), len(cards), leastCards, MaxCards)
	names := map[any]bool{}
	for _, card := range cards {
		name := card.member("templateIdentifier")
		c.template(card, true)
		c.text(name)
		if _, ok := name.v.(string); ok && names[name.v] {
			c.fail(name, "must differ from those of the other cards")
		} else if ok {
			names[name.v] = true
		}
	}
}
