// The program that renders charts, by a chart that uses all it offers.
package chart

import (
	"os"
	"os/exec"
	"strings"
	"testing"
)

func fixture(flags ...string) (string, error) {
	out, err := exec.Command(os.Getenv("HAWSER_CHART"), append(flags, "fixture")...).CombinedOutput()
	return string(out), err
}

const whole = `---
# Source: templates/all.yaml
include: fixture-1.2.3
tpl: rel of fixture-1.2.3
toYaml:
  left: 3
fromYaml: 5
toJson: {"a":[1,2]}
fromJson: 6
lookup: true
sprig: "wor"
absent: ""
release: rel ns Helm false true 1
capabilities: 25 v1.25.3 true false
kube: true
chart: 4
files: "one\ntwo" 2
template: fixture/templates/all.yaml
`

func TestEverythingAChartMayAskForIsThere(t *testing.T) {
	out, err := fixture("-name", "rel", "-namespace", "ns", "-is-upgrade", "-kube-version", "v1.25.3", "-api-versions", "a/v1",
		"-set", "taken.away=null", "-set", "taken.left=3")
	if err != nil || out != whole {
		t.Errorf("%v; got:\n%s\nwant:\n%s", err, out, whole)
	}
}

func TestWhatCannotBeRenderedIsNamed(t *testing.T) {
	for _, c := range []struct{ flags, named []string }{
		{[]string{"-set", "asked=true"}, []string{"templates/all.yaml", "needed: say it"}},
		{[]string{"-set", "endless=true"}, []string{"includes itself without end", "fixture.endless"}},
		{[]string{"-set", "template={{ nothing }}"}, []string{"nothing"}},
		{[]string{"-set", "kept"}, []string{"PATH=VALUE"}},
		{[]string{"-f", "no-such-file"}, []string{"no-such-file"}},
		{[]string{"-s", "templates/empty.yaml"}, []string{"templates/empty.yaml", "renders nothing"}},
	} {
		out, err := fixture(c.flags...)
		for _, word := range c.named {
			if err == nil || !strings.Contains(out, word) || strings.Contains(out, "goroutine") {
				t.Errorf("%v: expected an error with %q, got %v: %.500s", c.flags, word, err, out)
			}
		}
	}
}
