package metric

// RatingCount is how many customers rated their chats, and RatingMean what they answered on average. Amazon Connect has no such metrics.
func RatingCount() Definition {
	return counted(Definition{}, func(c *Contact) bool { return c.Rating != nil })
}

// RatingMean is the mean of the ratings.
func RatingMean() Definition {
	return Definition{made: mean, each: taken(func(c *Contact, _ Threshold) (float64, bool) {
		if c.Rating == nil {
			return 0, false
		}
		return *c.Rating, true
	})}
}
