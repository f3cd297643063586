// CoreDNS with the plugins that a cluster needs: the program of its own module has the clients of every
// cloud in it, which cost minutes to compile.
package main

import (
	"github.com/coredns/coredns/core/dnsserver"
	"github.com/coredns/coredns/coremain"
	_ "github.com/coredns/coredns/plugin/bind"
	_ "github.com/coredns/coredns/plugin/errors"
	_ "github.com/coredns/coredns/plugin/kubernetes"
)

func main() {
	// In the order in which they answer.
	dnsserver.Directives = []string{"bind", "errors", "kubernetes"}
	coremain.Run()
}
