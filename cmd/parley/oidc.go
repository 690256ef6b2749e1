package main

import "parley/node"

// provider are the flags for signing in at an OpenID Connect provider.
type provider struct {
	Issuer   string `name:"oidc-issuer" placeholder:"URL" env:"PARLEY_OIDC_ISSUER" help:"OpenID Connect provider at which people may sign in. PARLEY_OIDC_CLIENT_SECRET is the client's secret."`
	ClientID string `name:"oidc-client-id" env:"PARLEY_OIDC_CLIENT_ID" help:"This server's client id there. The redirect URI is <public URL>/api/oidc/callback, the back-channel logout URI <public URL>/api/oidc/logout."`
	Claim    string `name:"oidc-claim" default:"preferred_username" env:"PARLEY_OIDC_CLAIM" help:"Claim that names the user here; email counts only if it is verified."`
}

// oidc says where people may sign in.
func (p provider) oidc() (node.OIDC, error) {
	key, err := secret("PARLEY_OIDC_CLIENT_SECRET")
	return node.OIDC{Issuer: p.Issuer, ClientID: p.ClientID, ClientSecret: key, Claim: p.Claim}, err
}
