// Values: the chart's defaults under what files and flags say, checked by the chart's schema.
package main

import (
	"fmt"
	"os"
	"strings"

	"github.com/xeipuuv/gojsonschema"
	"sigs.k8s.io/yaml"
)

// MergeValues lays files, then PATH=VALUE settings over the defaults, and checks the outcome.
func (c *Chart) MergeValues(files, sets []string) (Values, error) {
	values := merged(Values{}, c.Defaults)
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			return nil, err
		}
		over, err := parseValues(text, file)
		if err != nil {
			return nil, err
		}
		values = merged(values, over)
	}
	for _, set := range sets {
		over, err := parseSet(set)
		if err != nil {
			return nil, err
		}
		values = merged(values, over)
	}
	return values, c.check(values)
}

// merged is `base` with the fields of `over` laid over it, map by map; null takes a field away.
func merged(base, over Values) Values {
	result := Values{}
	for key, value := range base {
		result[key] = value
	}
	for key, value := range over {
		below, isMap := value.(Values)
		under, wasMap := result[key].(Values)
		switch {
		case value == nil:
			delete(result, key)
		case isMap && wasMap:
			result[key] = merged(under, below)
		default:
			result[key] = value
		}
	}
	return result
}

// parseSet reads "a.b=VALUE", the value as YAML would.
func parseSet(set string) (Values, error) {
	path, text, found := strings.Cut(set, "=")
	if !found || path == "" {
		return nil, fmt.Errorf("--set %s: expected PATH=VALUE", set)
	}
	var value interface{}
	if err := yaml.Unmarshal([]byte(text), &value); err != nil {
		return nil, fmt.Errorf("--set %s: %w", set, err)
	}
	keys := strings.Split(path, ".")
	for i := len(keys) - 1; i >= 0; i-- {
		value = Values{keys[i]: value}
	}
	return value.(Values), nil
}

func (c *Chart) check(values Values) error {
	if c.Schema == nil {
		return nil
	}
	result, err := gojsonschema.Validate(gojsonschema.NewBytesLoader(c.Schema), gojsonschema.NewGoLoader(values))
	if err != nil {
		return fmt.Errorf("values.schema.json: %w", err)
	}
	if result.Valid() {
		return nil
	}
	var wrong []string
	for _, e := range result.Errors() {
		wrong = append(wrong, e.String())
	}
	return fmt.Errorf("the values do not fit values.schema.json:\n  %s", strings.Join(wrong, "\n  "))
}
