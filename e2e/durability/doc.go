// Package durability holds the tests that lose power: the real store on a
// file system that forgets what was not synced, at any moment. Every
// acknowledged Set must be there afterwards, whole; every other one whole or
// not at all.
package durability
