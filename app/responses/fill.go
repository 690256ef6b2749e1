package responses

import (
	"regexp"
	"slices"
	"strings"
)

// variable is one in a content: {{Contact.CustomerName}}, {{Attributes.order}}.
var variable = regexp.MustCompile(`\{\{\s*([A-Za-z]+\.[^{}\s]{1,200})\s*\}\}`)

// Fill puts values in place of the variables of a content. What has no value stays as it is, and is named: an agent
// must see that something is missing.
func Fill(content string, value func(name string) (string, bool)) (filled string, missing []string) {
	filled = variable.ReplaceAllStringFunc(content, func(found string) string {
		name := variable.FindStringSubmatch(found)[1]
		if text, ok := value(name); ok {
			return text
		}
		if !slices.Contains(missing, name) {
			missing = append(missing, name)
		}
		return found
	})
	return strings.ToValidUTF8(filled, "\uFFFD"), missing
}
