// Command sbom writes the bill of materials of built programs (CycloneDX 1.6, JSON):
// the modules that the linker put into them, as the programs themselves say.
//
// It guarantees that the same programs give the same bytes: there is no time and no random number in it.
//
//	sbom -version v1.2.3 dist/parley-linux-amd64 … >dist/parley.cdx.json
package main

import (
	"debug/buildinfo"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"maps"
	"os"
	"runtime/debug"
	"slices"
	"strings"
)

type bom struct {
	Schema       string       `json:"$schema"`
	Format       string       `json:"bomFormat"`
	Spec         string       `json:"specVersion"`
	Version      int          `json:"version"`
	Metadata     metadata     `json:"metadata"`
	Components   []component  `json:"components"`
	Dependencies []dependency `json:"dependencies"`
}

type metadata struct {
	Component component `json:"component"`
}

type component struct {
	Ref      string    `json:"bom-ref"`
	Type     string    `json:"type"`
	Name     string    `json:"name"`
	Version  string    `json:"version"`
	Hashes   []hash    `json:"hashes,omitempty"`
	Licenses []license `json:"licenses,omitempty"`
	PURL     string    `json:"purl"`
}

type hash struct {
	Algorithm string `json:"alg"`
	Content   string `json:"content"`
}

type license struct {
	License struct {
		ID string `json:"id"`
	} `json:"license"`
}

type dependency struct {
	Ref       string   `json:"ref"`
	DependsOn []string `json:"dependsOn,omitempty"`
}

func main() {
	version := flag.String("version", "dev", "version of the programs")
	flag.Parse()
	if err := write(os.Stdout, *version, flag.Args()); err != nil {
		fmt.Fprintln(os.Stderr, "sbom:", err)
		os.Exit(1)
	}
}

// write writes the bill of all the programs together.
func write(w io.Writer, version string, programs []string) error {
	if len(programs) == 0 {
		return fmt.Errorf("name the programs")
	}
	parts := map[string]component{}
	for _, path := range programs {
		info, err := buildinfo.ReadFile(path)
		if err != nil {
			return fmt.Errorf("read %s: %w", path, err)
		}
		std := library("std", strings.TrimPrefix(info.GoVersion, "go"), "")
		parts[std.Ref] = std
		for _, module := range info.Deps {
			part := of(module)
			parts[part.Ref] = part
		}
	}
	out := json.NewEncoder(w)
	out.SetIndent("", "  ")
	out.SetEscapeHTML(false)
	return out.Encode(assemble(version, parts))
}

func assemble(version string, parts map[string]component) bom {
	self := component{Type: "application", Name: "parley", Version: version, PURL: "pkg:generic/parley@" + version}
	self.Ref = self.PURL
	own := license{}
	own.License.ID = "Apache-2.0"
	self.Licenses = []license{own}

	refs := slices.Sorted(maps.Keys(parts))
	b := bom{
		Schema: "http://cyclonedx.org/schema/bom-1.6.schema.json", Format: "CycloneDX", Spec: "1.6", Version: 1,
		Metadata: metadata{self}, Dependencies: []dependency{{self.Ref, refs}},
	}
	for _, ref := range refs {
		b.Components = append(b.Components, parts[ref])
		b.Dependencies = append(b.Dependencies, dependency{Ref: ref})
	}
	return b
}

// of describes a linked module: what replaced it, if anything did.
func of(m *debug.Module) component {
	if m.Replace != nil {
		m = m.Replace
	}
	return library(m.Path, m.Version, m.Sum)
}

// library describes a module; sum is go.sum's: a SHA-256 of the names and hashes of its files.
func library(path, version, sum string) component {
	purl := "pkg:golang/" + path + "@" + version
	c := component{Ref: purl, Type: "library", Name: path, Version: version, PURL: purl}
	if raw, err := base64.StdEncoding.DecodeString(strings.TrimPrefix(sum, "h1:")); err == nil && len(raw) > 0 {
		c.Hashes = []hash{{"SHA-256", hex.EncodeToString(raw)}}
	}
	return c
}
