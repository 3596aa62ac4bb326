// What charts may call and look at beside Go's templates and sprig.
package main

import (
	"encoding/json"
	"errors"
	"strings"
	"text/template"

	"github.com/Masterminds/sprig"
	"sigs.k8s.io/yaml"
)

// A template that includes itself without end is an error, not a crash.
const maxIncludes = 1000

func functions(root *template.Template) template.FuncMap {
	all := sprig.TxtFuncMap()
	// A chart says the same on every machine.
	delete(all, "env")
	delete(all, "expandenv")
	depth := 0
	all["include"] = func(name string, data interface{}) (string, error) {
		if depth++; depth > maxIncludes {
			return "", errors.New("the template includes itself without end: " + name)
		}
		defer func() { depth-- }()
		var text strings.Builder
		err := root.ExecuteTemplate(&text, name, data)
		return text.String(), err
	}
	all["tpl"] = func(text string, data interface{}) (string, error) {
		own, err := root.Clone()
		if err != nil {
			return "", err
		}
		if own, err = own.New("tpl").Parse(text); err != nil {
			return "", err
		}
		var out strings.Builder
		err = own.Execute(&out, data)
		return strings.ReplaceAll(out.String(), "<no value>", ""), err
	}
	all["required"] = func(message string, value interface{}) (interface{}, error) {
		if value == nil || value == "" {
			return nil, errors.New(message)
		}
		return value, nil
	}
	// There is no cluster to look into.
	all["lookup"] = func(string, string, string, string) map[string]interface{} { return map[string]interface{}{} }
	all["toYaml"] = func(value interface{}) string {
		text, err := yaml.Marshal(value)
		if err != nil {
			return ""
		}
		return strings.TrimSuffix(string(text), "\n")
	}
	all["fromYaml"] = func(text string) map[string]interface{} {
		value := map[string]interface{}{}
		if err := yaml.Unmarshal([]byte(text), &value); err != nil {
			value["Error"] = err.Error()
		}
		return value
	}
	all["toJson"] = func(value interface{}) string {
		text, err := json.Marshal(value)
		if err != nil {
			return ""
		}
		return string(text)
	}
	all["fromJson"] = func(text string) map[string]interface{} {
		value := map[string]interface{}{}
		if err := json.Unmarshal([]byte(text), &value); err != nil {
			value["Error"] = err.Error()
		}
		return value
	}
	return all
}

// apiVersions is .Capabilities.APIVersions.
type apiVersions []string

// Has tells whether the cluster has an API: "policy/v1", or "policy/v1/PodDisruptionBudget".
func (a apiVersions) Has(version string) bool {
	for _, known := range a {
		if known == version {
			return true
		}
	}
	return false
}

// kubeVersion is .Capabilities.KubeVersion.
type kubeVersion struct{ Version, Major, Minor string }

func (k kubeVersion) String() string     { return k.Version }
func (k kubeVersion) GitVersion() string { return k.Version }

func newKubeVersion(text string) kubeVersion {
	parts := strings.SplitN(strings.TrimPrefix(text, "v"), ".", 3)
	for len(parts) < 2 {
		parts = append(parts, "0")
	}
	return kubeVersion{Version: text, Major: parts[0], Minor: parts[1]}
}

// files is .Files.
type files map[string][]byte

// Get is a file's text, "" when there is none.
func (f files) Get(name string) string { return string(f[name]) }

// GetBytes is a file's content.
func (f files) GetBytes(name string) []byte { return f[name] }

// Lines is a file's lines.
func (f files) Lines(name string) []string {
	return strings.Split(strings.TrimSuffix(f.Get(name), "\n"), "\n")
}
