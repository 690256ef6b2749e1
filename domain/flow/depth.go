package flow

// MaxDepth bounds how deep the JSON nests that a document has, or that a flow is given or
// builds (our choice: real view data nests about ten deep). What keeps it stays far below
// the 10,000 levels beyond which encoding/json reads nothing.
const MaxDepth = 100

// TooDeep reports whether JSON nests deeper than MaxDepth.
func TooDeep(raw []byte) bool {
	depth, text := 0, false
	for i := 0; i < len(raw) && depth <= MaxDepth; i++ {
		switch c := raw[i]; {
		case c == '"':
			text = !text
		case text && c == '\\':
			i++
		case !text && (c == '{' || c == '['):
			depth++
		case !text && (c == '}' || c == ']'):
			depth--
		}
	}
	return depth > MaxDepth
}
