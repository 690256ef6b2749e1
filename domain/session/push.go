package session

// Push is where a customer without a socket hears of messages (CreatePushNotificationRegistration).
type Push struct {
	ID    string // RegistrationId
	Token string // the subscription
	After int64  // items with greater positions are told
}
