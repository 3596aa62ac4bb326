// From a chart and its values to manifests.
package main

import (
	"fmt"
	"io"
	"path"
	"sort"
	"strings"
	"text/template"
)

// Request is what the cluster and the release are like.
type Request struct {
	Release, Namespace, Service string
	KubeVersion                 string
	APIVersions                 []string
	Upgrade                     bool
}

// Rendered is what came of the templates.
type Rendered struct {
	Manifests map[string]string // by template; those that came out empty are left out
	Notes     string
}

const notesFile = "templates/NOTES.txt"

// Render runs every template.
func (c *Chart) Render(request Request, values Values) (*Rendered, error) {
	root := template.New("chart").Option("missingkey=zero")
	root.Funcs(functions(root))
	for _, name := range sortedKeys(c.Templates) {
		if _, err := root.New(name).Parse(c.Templates[name]); err != nil {
			return nil, err
		}
	}
	rendered := &Rendered{Manifests: map[string]string{}}
	for _, name := range sortedKeys(c.Templates) {
		if strings.HasPrefix(path.Base(name), "_") {
			continue
		}
		var text strings.Builder
		if err := root.ExecuteTemplate(&text, name, c.objects(request, values, name)); err != nil {
			return nil, err
		}
		// text/template prints a missing value so, even with missingkey=zero.
		out := strings.ReplaceAll(text.String(), "<no value>", "")
		switch {
		case name == notesFile:
			rendered.Notes = out
		case strings.TrimSpace(out) != "":
			rendered.Manifests[name] = strings.TrimSpace(out) + "\n"
		}
	}
	return rendered, nil
}

// objects is what a template sees as its dot.
func (c *Chart) objects(request Request, values Values, name string) map[string]interface{} {
	return map[string]interface{}{
		"Values": values,
		"Chart":  c.Metadata,
		"Files":  files(c.Files),
		"Release": map[string]interface{}{
			"Name": request.Release, "Namespace": request.Namespace, "Service": request.Service,
			"IsUpgrade": request.Upgrade, "IsInstall": !request.Upgrade, "Revision": 1,
		},
		"Capabilities": map[string]interface{}{
			"KubeVersion": newKubeVersion(request.KubeVersion),
			"APIVersions": apiVersions(append([]string{"v1", "apps/v1"}, request.APIVersions...)),
		},
		"Template": map[string]interface{}{
			"Name": c.Metadata.Name + "/" + name, "BasePath": c.Metadata.Name + "/templates",
		},
	}
}

// Print writes the manifests as one stream of documents: all, or those that are named.
func (r *Rendered) Print(out io.Writer, only []string) error {
	names := only
	if len(names) == 0 {
		names = sortedKeys(r.Manifests)
	}
	for i, name := range names {
		text, found := r.Manifests[name]
		if !found {
			return fmt.Errorf("%s renders nothing with these values", name)
		}
		if i > 0 || len(only) == 0 {
			fmt.Fprintln(out, "---")
		}
		if len(only) == 0 {
			fmt.Fprintln(out, "# Source:", name)
		}
		fmt.Fprint(out, text)
	}
	return nil
}

func sortedKeys(m map[string]string) []string {
	keys := make([]string, 0, len(m))
	for key := range m {
		keys = append(keys, key)
	}
	sort.Strings(keys)
	return keys
}
