// Renders a Helm chart without Helm: Go's own templates with sprig, and the functions and objects that charts expect beside them.
//
//	hawser-chart [FLAGS] CHART     prints the manifests, each under the name of its template
//
// It renders and checks; it talks to no cluster, keeps no releases and knows no subcharts.
package main

import (
	"flag"
	"fmt"
	"os"
	"strings"
)

// list is a flag that may be repeated.
type list []string

func (l *list) String() string     { return strings.Join(*l, ",") }
func (l *list) Set(v string) error { *l = append(*l, v); return nil }

func main() {
	var (
		request     Request
		valuesFiles list
		sets        list
		apis        list
		only        list
		notes       bool
	)
	flag.StringVar(&request.Release, "name", "hawser", "the release's name")
	flag.StringVar(&request.Namespace, "namespace", "default", "the release's namespace")
	flag.StringVar(&request.Service, "service", "Helm", "what .Release.Service says")
	flag.StringVar(&request.KubeVersion, "kube-version", "v1.20.2", "the cluster's version")
	flag.BoolVar(&request.Upgrade, "is-upgrade", false, "render as an upgrade does")
	flag.Var(&valuesFiles, "f", "a file of values; may be repeated, the last wins")
	flag.Var(&sets, "set", "a value as PATH=VALUE, like metrics.service.enabled=true; may be repeated")
	flag.Var(&apis, "api-versions", "an API that the cluster has, like policy/v1; may be repeated")
	flag.Var(&only, "s", "print this template only, like templates/rbac.yaml; may be repeated, in this order")
	flag.BoolVar(&notes, "notes", false, "print the notes instead of the manifests")
	flag.Parse()
	if flag.NArg() != 1 {
		flag.Usage()
		os.Exit(2)
	}
	request.APIVersions = apis
	if err := run(request, flag.Arg(0), valuesFiles, sets, only, notes); err != nil {
		fmt.Fprintln(os.Stderr, "error:", err)
		os.Exit(1)
	}
}

func run(request Request, folder string, valuesFiles, sets, only []string, notes bool) error {
	chart, err := LoadChart(folder)
	if err != nil {
		return err
	}
	values, err := chart.MergeValues(valuesFiles, sets)
	if err != nil {
		return err
	}
	rendered, err := chart.Render(request, values)
	if err != nil {
		return err
	}
	if notes {
		fmt.Print(rendered.Notes)
		return nil
	}
	return rendered.Print(os.Stdout, only)
}
