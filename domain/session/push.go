package session

// Push is where a customer without a socket hears of messages (CreatePushNotificationRegistration, or a widget).
type Push struct {
	ID    string // RegistrationId
	Token string // the subscription
	After int64  // items with greater positions are told
	Page  string `json:",omitempty"` // the page with the chat, as the widget told it; "" = none did
}
