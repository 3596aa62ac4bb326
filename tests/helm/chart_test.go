// The chart rendered with several values, by the program in HAWSER_CHART, and read back as a cluster would.
package chart

import (
	"fmt"
	"os"
	"os/exec"
	"reflect"
	"regexp"
	"sort"
	"strings"
	"testing"

	"sigs.k8s.io/yaml"
)

const (
	chartFolder = "../../helm"
	namespace   = "tools"
)

type object = map[string]interface{}

// render runs the program and returns what it prints, and its complaints.
func render(flags ...string) (string, string, error) {
	command := exec.Command(os.Getenv("HAWSER_CHART"), append(flags, chartFolder)...)
	var complaints strings.Builder
	command.Stderr = &complaints
	out, err := command.Output()
	return string(out), complaints.String(), err
}

// objects renders with a values file and returns the objects by "Kind/name".
func objects(t *testing.T, values string, flags ...string) map[string]object {
	t.Helper()
	flags = append([]string{"-namespace", namespace, "-f", "values/" + values + ".yaml"}, flags...)
	out, complaints, err := render(flags...)
	if err != nil {
		t.Fatalf("%s: %v: %s", values, err, complaints)
	}
	found := map[string]object{}
	for _, document := range strings.Split(out, "---\n") {
		if strings.TrimSpace(document) == "" {
			continue
		}
		var o object
		if err := yaml.UnmarshalStrict([]byte(document), &o); err != nil {
			t.Fatalf("%s: %v in:\n%s", values, err, document)
		}
		key := fmt.Sprintf("%v/%v", o["kind"], at(o, "metadata", "name"))
		if _, twice := found[key]; twice {
			t.Errorf("%s: %s is rendered twice", values, key)
		}
		found[key] = o
	}
	return found
}

// at goes down maps by key and lists by index; nil where there is nothing.
func at(value interface{}, path ...interface{}) interface{} {
	for _, step := range path {
		switch key := step.(type) {
		case string:
			below, _ := value.(object)
			value = below[key]
		case int:
			below, _ := value.([]interface{})
			if key >= len(below) {
				return nil
			}
			value = below[key]
		}
	}
	return value
}

func expect(t *testing.T, what string, got, want interface{}) {
	t.Helper()
	if !reflect.DeepEqual(got, want) {
		t.Errorf("%s: got %v, want %v", what, got, want)
	}
}

func keys(found map[string]object) []string {
	var names []string
	for name := range found {
		names = append(names, name)
	}
	sort.Strings(names)
	return names
}

func arguments(deployment object) []string {
	var words []string
	list, _ := at(deployment, "spec", "template", "spec", "containers", 0, "args").([]interface{})
	for _, word := range list {
		words = append(words, word.(string))
	}
	return words
}

func contains(words []string, word string) bool {
	for _, w := range words {
		if w == word {
			return true
		}
	}
	return false
}

// covers tells whether labels hold all that a selector asks for.
func covers(labels, selector interface{}) bool {
	for key, value := range selector.(object) {
		if at(labels, key) != value {
			return false
		}
	}
	return true
}

var valuesFiles = []string{"default", "single-namespace", "metrics", "service-monitor", "custom"}

func TestDefaultsMakeWhatTheControllerNeedsAndNoMore(t *testing.T) {
	expect(t, "objects", keys(objects(t, "default")), []string{
		"ClusterRole/hawser-admin", "ClusterRole/hawser-controller", "ClusterRole/hawser-developer", "ClusterRole/hawser-viewer",
		"ClusterRoleBinding/hawser-controller", "Deployment/hawser-controller", "Role/hawser-controller-lease",
		"RoleBinding/hawser-controller-lease", "ServiceAccount/hawser-controller"})
}

func TestEveryNamespacedObjectNamesItsNamespace(t *testing.T) {
	for _, values := range valuesFiles {
		for name, o := range objects(t, values) {
			want := interface{}(namespace)
			switch {
			case strings.HasPrefix(name, "ClusterRole"):
				want = nil
			case values == "single-namespace" && (name == "Role/hawser-controller" || name == "RoleBinding/hawser-controller"):
				want = "team"
			}
			expect(t, values+" "+name, at(o, "metadata", "namespace"), want)
		}
	}
}

func TestPodsMeetTheRestrictedStandard(t *testing.T) {
	for _, values := range valuesFiles {
		for name, o := range objects(t, values) {
			if !strings.HasPrefix(name, "Deployment/") {
				continue
			}
			pod := at(o, "spec", "template", "spec")
			expect(t, "runAsNonRoot", at(pod, "securityContext", "runAsNonRoot"), true)
			expect(t, "seccompProfile", at(pod, "securityContext", "seccompProfile", "type"), "RuntimeDefault")
			container := at(pod, "containers", 0, "securityContext")
			expect(t, "allowPrivilegeEscalation", at(container, "allowPrivilegeEscalation"), false)
			expect(t, "readOnlyRootFilesystem", at(container, "readOnlyRootFilesystem"), true)
			expect(t, "capabilities", at(container, "capabilities", "drop", 0), "ALL")
			for _, field := range []string{"hostNetwork", "hostPID", "hostIPC", "volumes"} {
				expect(t, field, at(pod, field), nil)
			}
		}
	}
}

func TestReplicasShareTheLeaseThatTheirRoleNames(t *testing.T) {
	for _, values := range valuesFiles {
		found := objects(t, values)
		for name, o := range found {
			if !strings.HasPrefix(name, "Deployment/") {
				continue
			}
			controller := strings.TrimPrefix(name, "Deployment/")
			if !contains(arguments(o), "--lease="+namespace+"/"+controller) {
				t.Errorf("%s: no --lease in %v", values, arguments(o))
			}
			role := found["Role/"+controller+"-lease"]
			expect(t, "the Lease in the role", at(role, "rules", 1, "resourceNames", 0), controller)
			if !covers(at(o, "spec", "template", "metadata", "labels"), at(o, "spec", "selector", "matchLabels")) {
				t.Errorf("%s: the Deployment does not select its own pods", values)
			}
			account := at(o, "spec", "template", "spec", "serviceAccountName")
			expect(t, "whom the role is for", at(found["RoleBinding/"+controller+"-lease"], "subjects", 0, "name"), account)
		}
	}
	expect(t, "replicas", at(objects(t, "default")["Deployment/hawser-controller"], "spec", "replicas"), 2.0)
}

func TestTheSelectorStaysWhatItWas(t *testing.T) {
	expect(t, "selector", at(objects(t, "default")["Deployment/hawser-controller"], "spec", "selector"),
		object{"matchLabels": object{"app.kubernetes.io/name": "hawser-controller"}})
}

func TestOneNamespaceNeedsNoRightsBeyondIt(t *testing.T) {
	all, one := objects(t, "default"), objects(t, "single-namespace")
	for name := range one {
		if strings.HasPrefix(name, "ClusterRole") {
			t.Errorf("%s reaches beyond the namespace", name)
		}
	}
	expect(t, "rights", one["Role/hawser-controller"]["rules"], all["ClusterRole/hawser-controller"]["rules"])
	expect(t, "role", at(one["RoleBinding/hawser-controller"], "roleRef", "kind"), "Role")
	expect(t, "account", at(one["RoleBinding/hawser-controller"], "subjects", 0, "namespace"), namespace)
	if words := arguments(one["Deployment/hawser-controller"]); !contains(words, "--namespace=team") {
		t.Errorf("no --namespace in %v", words)
	}
}

func TestTheServiceReachesTheMetricsPort(t *testing.T) {
	found := objects(t, "metrics")
	service, deployment := found["Service/hawser-controller-metrics"], found["Deployment/hawser-controller"]
	if !covers(at(deployment, "spec", "template", "metadata", "labels"), at(service, "spec", "selector")) {
		t.Error("the Service does not select the controller's pods")
	}
	port := at(deployment, "spec", "template", "spec", "containers", 0, "ports", 0)
	expect(t, "target", at(service, "spec", "ports", 0, "targetPort"), at(port, "name"))
	expect(t, "port", at(service, "spec", "ports", 0, "port"), 9090.0)
	policy := found["NetworkPolicy/hawser-controller"]
	expect(t, "the policy's port", at(policy, "spec", "ingress", 0, "ports", 0, "port"), at(port, "name"))
	expect(t, "who may", at(policy, "spec", "ingress", 0, "from", 0, "namespaceSelector", "matchLabels", "name"), "monitoring")
}

func TestTheMonitorFindsTheService(t *testing.T) {
	found := objects(t, "service-monitor")
	monitor, service := found["ServiceMonitor/hawser-controller"], found["Service/hawser-controller-metrics"]
	if !covers(at(service, "metadata", "labels"), at(monitor, "spec", "selector", "matchLabels")) {
		t.Error("the ServiceMonitor does not select the Service")
	}
	expect(t, "port", at(monitor, "spec", "endpoints", 0, "port"), at(service, "spec", "ports", 0, "name"))
	expect(t, "label", at(monitor, "metadata", "labels", "release"), "prometheus")
}

func TestEverythingElseCanBeSet(t *testing.T) {
	found := objects(t, "custom")
	deployment := found["Deployment/dev-loop-controller"]
	pod := at(deployment, "spec", "template", "spec")
	for field, want := range map[string]interface{}{"serviceAccountName": "own-account", "priorityClassName": "system-cluster-critical"} {
		expect(t, field, at(pod, field), want)
	}
	expect(t, "pull secret", at(pod, "imagePullSecrets", 0, "name"), "registry-key")
	expect(t, "toleration", at(pod, "tolerations", 0, "key"), "dedicated")
	expect(t, "node selector", at(pod, "nodeSelector", "kubernetes.io/os"), "linux")
	expect(t, "spread", at(pod, "topologySpreadConstraints", 0, "topologyKey"), "zone")
	expect(t, "affinity", at(pod, "affinity", "podAntiAffinity"), nil)
	expect(t, "pull policy", at(pod, "containers", 0, "imagePullPolicy"), "Always")
	expect(t, "resources", at(pod, "containers", 0, "resources", "limits"), object{"memory": "512Mi"})
	expect(t, "label", at(deployment, "spec", "template", "metadata", "labels", "team"), "platform")
	expect(t, "annotation", at(deployment, "spec", "template", "metadata", "annotations", "example.com/note"), "yes")
	words := arguments(deployment)
	for _, word := range []string{"--agent-image=registry.example:5000/team/hawser-agent:1", "--insecure-registry=registry.example:5000",
		"--insecure-registry=other.example", "--direct-path=false", "--workers=5", "--log-level=debug", "--log-format=text"} {
		if !contains(words, word) {
			t.Errorf("no %s in %v", word, words)
		}
	}
	if _, made := found["ServiceAccount/own-account"]; made {
		t.Error("an account is made though one is there")
	}
	expect(t, "aggregation", at(found["ClusterRole/dev-loop-developer"], "metadata", "labels", "rbac.authorization.k8s.io/aggregate-to-edit"), nil)
}

func TestRolesBecomePartOfKubernetesOwn(t *testing.T) {
	found := objects(t, "default")
	for role, own := range map[string]string{"viewer": "view", "developer": "edit", "admin": "admin"} {
		expect(t, role, at(found["ClusterRole/hawser-"+role], "metadata", "labels", "rbac.authorization.k8s.io/aggregate-to-"+own), "true")
	}
}

func TestTheBudgetIsOfTheVersionThatTheClusterHas(t *testing.T) {
	const budget = "PodDisruptionBudget/dev-loop-controller"
	expect(t, "before 1.21", objects(t, "custom")[budget]["apiVersion"], "policy/v1beta1")
	expect(t, "today", objects(t, "custom", "-api-versions", "policy/v1/PodDisruptionBudget")[budget]["apiVersion"], "policy/v1")
}

func TestNamesFollowTheRelease(t *testing.T) {
	long := strings.Repeat("n", 53)
	for release, want := range map[string]string{
		"hawser": "hawser-controller", "my-hawser": "my-hawser-controller", "prod": "prod-hawser-controller",
		long: long[:52] + "-controller"} {
		found := objects(t, "default", "-name", release)
		if _, there := found["Deployment/"+want]; !there || len(want) > 63 {
			t.Errorf("release %s: no Deployment %s in %v", release, want, keys(found))
		}
	}
}

func TestNoServiceHasAnOverlongName(t *testing.T) {
	found := objects(t, "default", "-name", strings.Repeat("n", 53), "-set", "metrics.service.enabled=true")
	for _, key := range keys(found) {
		if kind, name, _ := strings.Cut(key, "/"); kind == "Service" && len(name) > 63 {
			t.Errorf("Service %s has %d characters", name, len(name))
		}
	}
}

func TestWrongValuesAreRefusedByName(t *testing.T) {
	for _, c := range []struct{ set, named string }{
		{"image=", "image"}, {"agentImage=", "agentImage"}, {"image=5", "image"}, {"replicas=-1", "replicas"},
		{"replicas=two", "replicas"}, {"workers=0", "workers"}, {"log.level=loud", "log.level"}, {"log.format=xml", "log.format"},
		{"imagePullPolicy=Sometimes", "imagePullPolicy"}, {"imagePullSecrets=[registry-key]", "imagePullSecrets.0"},
		{"insecureRegistries=[http://a/b]", "insecureRegistries.0"}, {"watchNamespace=Team A", "watchNamespace"},
		{"metrics.service.port=0", "metrics.service.port"},
		{"metrics.serviceMonitor.interval=soon", "metrics.serviceMonitor.interval"},
		{"metrics.serviceMonitor.enabled=true", "metrics.service.enabled"}, {"serviceAccount.create=false", "serviceAccount.name"},
		{"userRoles=false", "userRoles"}, {"watchnamespace=team", "watchnamespace"}, {"metrics.enabled=true", "enabled"},
	} {
		_, complaints, err := render("-f", "values/default.yaml", "-set", c.set)
		if err == nil || !strings.Contains(complaints, c.named) {
			t.Errorf("%s: expected a refusal that names %s, got %v: %s", c.set, c.named, err, complaints)
		}
	}
}

func TestNotesFitTheValues(t *testing.T) {
	for _, c := range []struct {
		flags []string
		want  string
	}{
		{nil, "in all namespaces"},
		{[]string{"-set", "watchNamespace=team"}, "kubectl delete devsessions --all -n team"},
		{[]string{"-namespace", "tools"}, "kubectl -n tools rollout status deployment/hawser-controller"},
		{[]string{"-is-upgrade"}, "Helm does not upgrade custom resource definitions"},
	} {
		out, complaints, err := render(append(c.flags, "-notes", "-f", "values/default.yaml")...)
		if err != nil || !strings.Contains(out, c.want) {
			t.Errorf("%v: no %q in %s%s", c.flags, c.want, out, complaints)
		}
	}
}

// paths lists the values as README.md names them: "metrics.service.port".
func paths(values object, prefix string) []string {
	var all []string
	for key, value := range values {
		if below, isMap := value.(object); isMap && len(below) > 0 && key != "requests" && key != "limits" {
			all = append(all, paths(below, prefix+key+".")...)
		} else {
			all = append(all, prefix+key)
		}
	}
	sort.Strings(all)
	return all
}

func TestEveryValueIsDocumented(t *testing.T) {
	var values object
	text, err := os.ReadFile(chartFolder + "/values.yaml")
	if err != nil || yaml.Unmarshal(text, &values) != nil {
		t.Fatal("values.yaml cannot be read")
	}
	page, err := os.ReadFile(chartFolder + "/README.md")
	if err != nil {
		t.Fatal(err)
	}
	var documented []string
	for _, row := range regexp.MustCompile("(?m)^\\| `([^`]+)` \\|").FindAllSubmatch(page, -1) {
		documented = append(documented, string(row[1]))
	}
	sort.Strings(documented)
	expect(t, "rows of README.md", documented, paths(values, ""))
}
