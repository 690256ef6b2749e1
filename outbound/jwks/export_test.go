package jwks

import "time"

// Sparing has an issuer asked again after a time.
func (k *Keys) Sparing(pause time.Duration) { k.pause = pause }
