package flow

import (
	"strconv"
	"strings"
)

// Operator compares a result with a condition's operand.
type Operator string

// The operators of the language.
const (
	Equals                 Operator = "Equals"
	TextStartsWith         Operator = "TextStartsWith"
	TextEndsWith           Operator = "TextEndsWith"
	TextContains           Operator = "TextContains"
	NumberGreaterThan      Operator = "NumberGreaterThan"
	NumberGreaterOrEqualTo Operator = "NumberGreaterOrEqualTo"
	NumberLessThan         Operator = "NumberLessThan"
	NumberLessOrEqualTo    Operator = "NumberLessOrEqualTo"
)

// Known reports whether the language has the operator.
func (o Operator) Known() bool {
	switch o {
	case Equals, TextStartsWith, TextEndsWith, TextContains,
		NumberGreaterThan, NumberGreaterOrEqualTo, NumberLessThan, NumberLessOrEqualTo:
		return true
	}
	return false
}

// Holds reports whether the result stands in this relation to the operand. Text
// is compared by case. A number operator does not hold where either side is no
// decimal number; an unknown operator never holds.
func (o Operator) Holds(result, operand string) bool {
	switch o {
	case Equals:
		return result == operand
	case TextStartsWith:
		return strings.HasPrefix(result, operand)
	case TextEndsWith:
		return strings.HasSuffix(result, operand)
	case TextContains:
		return strings.Contains(result, operand)
	}
	a, okA := number(result)
	b, okB := number(operand)
	return okA && okB && o.holdsNumber(a, b)
}

func (o Operator) holdsNumber(a, b float64) bool {
	switch o {
	case NumberGreaterThan:
		return a > b
	case NumberGreaterOrEqualTo:
		return a >= b
	case NumberLessThan:
		return a < b
	case NumberLessOrEqualTo:
		return a <= b
	}
	return false
}

// number reads a decimal number; it knows no infinities and no hexadecimals.
func number(s string) (float64, bool) {
	s = strings.TrimSpace(s)
	if strings.Trim(s, "0123456789+-.eE") != "" {
		return 0, false
	}
	f, err := strconv.ParseFloat(s, 64)
	return f, err == nil
}
