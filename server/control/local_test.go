package control

import "testing"

func TestOnlyThisMachinesNamesAreLocal(t *testing.T) {
	for address, want := range map[string]bool{
		"localhost": true, "localhost:8080": true, "127.0.0.1:80": true, "[::1]:80": true, "[::1]": true, "127.9.9.9": true,
		"": false, "shop.example": false, "shop.example:80": false, "192.0.2.7:80": false, "localhost.shop.example:80": false,
	} {
		if got := Local(address); got != want {
			t.Errorf("Local(%q) = %v", address, got)
		}
	}
}
