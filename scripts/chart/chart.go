// A chart as it lies in its folder.
package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"sigs.k8s.io/yaml"
)

// Metadata is Chart.yaml, by the names that templates use.
type Metadata struct {
	APIVersion  string `json:"apiVersion"`
	Name        string `json:"name"`
	Version     string `json:"version"`
	AppVersion  string `json:"appVersion"`
	KubeVersion string `json:"kubeVersion"`
	Description string `json:"description"`
	Type        string `json:"type"`
}

// Values are what templates see as .Values.
type Values = map[string]interface{}

// Chart is what rendering needs of one.
type Chart struct {
	Metadata  Metadata
	Defaults  Values
	Schema    []byte            // of the values; nil without one
	Templates map[string]string // by "templates/NAME"
	Files     map[string][]byte // by path, other than templates
}

// LoadChart reads a chart's folder.
func LoadChart(folder string) (*Chart, error) {
	chart := &Chart{Templates: map[string]string{}, Files: map[string][]byte{}}
	if err := chart.readFiles(folder); err != nil {
		return nil, err
	}
	if err := yaml.UnmarshalStrict(chart.Files["Chart.yaml"], &map[string]interface{}{}); err != nil {
		return nil, fmt.Errorf("%s/Chart.yaml: %w", folder, err)
	}
	if err := yaml.Unmarshal(chart.Files["Chart.yaml"], &chart.Metadata); err != nil {
		return nil, fmt.Errorf("%s/Chart.yaml: %w", folder, err)
	}
	if chart.Metadata.APIVersion != "v2" || chart.Metadata.Name == "" || chart.Metadata.Version == "" {
		return nil, fmt.Errorf("%s/Chart.yaml: expected apiVersion v2, a name and a version", folder)
	}
	defaults, err := parseValues(chart.Files["values.yaml"], folder+"/values.yaml")
	if err != nil {
		return nil, err
	}
	chart.Defaults = defaults
	chart.Schema = chart.Files["values.schema.json"]
	return chart, nil
}

func (c *Chart) readFiles(folder string) error {
	return filepath.Walk(folder, func(path string, info os.FileInfo, err error) error {
		if err != nil || info.IsDir() {
			return err
		}
		content, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		name, err := filepath.Rel(folder, path)
		if err != nil {
			return err
		}
		name = filepath.ToSlash(name)
		if strings.HasPrefix(name, "templates/") {
			c.Templates[name] = string(content)
		} else {
			c.Files[name] = content
		}
		return nil
	})
}

func parseValues(text []byte, where string) (Values, error) {
	values := Values{}
	if err := yaml.UnmarshalStrict(text, &values); err != nil {
		return nil, fmt.Errorf("%s: %w", where, err)
	}
	return values, nil
}
