// Package deploy tests what the program is delivered in: the container image,
// the compose files, the Helm chart, the systemd units and the release.
//
// It guarantees that each of them starts the real program as a user without
// privileges, that none names a setting which the program does not know, and
// that a release can be built again, byte for byte. No container engine is
// needed: the image is built by the same commands and run in namespaces.
package deploy
