//go:build tools

// Pins csi-sanity, which main.go builds from this module.
package main

import _ "github.com/kubernetes-csi/csi-test/v5/cmd/csi-sanity"
