// Runs a Starlark file with the Go implementation: what bench/starlark compares with.
package main

import (
	"fmt"
	"io/ioutil"
	"os"

	"go.starlark.net/resolve"
	"go.starlark.net/starlark"
	"go.starlark.net/syntax"
)

func main() {
	resolve.AllowSet = true
	resolve.AllowRecursion = true
	resolve.AllowGlobalReassign = true
	resolve.AllowFloat = true
	resolve.AllowLambda = true
	resolve.AllowNestedDef = true
	name := os.Args[len(os.Args)-1]
	text, err := ioutil.ReadFile(name)
	if err == nil && os.Args[1] == "parse" {
		_, err = syntax.Parse(name, text, 0)
	} else if err == nil {
		_, err = starlark.ExecFile(&starlark.Thread{}, name, text, nil)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
