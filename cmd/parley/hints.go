package main

// hints are the flags of the bus between nodes.
type hints struct {
	Bus      string `default:"memory" env:"PARLEY_BUS" help:"How nodes tell one another: memory for one node, or nats://host:port (tls://…), several comma separated. PARLEY_BUS_FILE names a file that holds it."`
	BusName  string `env:"PARLEY_BUS_NAME" help:"A name for all nodes over one store, where others use the same NATS; main by default."`
	BusCreds string `type:"path" env:"PARLEY_BUS_CREDS" help:"File with the credentials (JWT and key) for NATS."`
	BusNKey  string `name:"bus-nkey" type:"path" env:"PARLEY_BUS_NKEY" help:"File with the nkey seed for NATS."`
	BusCA    string `name:"bus-ca" type:"path" env:"PARLEY_BUS_CA" help:"File with the certificates that those of NATS are checked with; the system's by default."`
	BusCert  string `type:"path" env:"PARLEY_BUS_CERT" help:"Certificate file that this server shows to NATS."`
	BusKey   string `type:"path" env:"PARLEY_BUS_KEY" help:"Key file of that certificate."`
}
