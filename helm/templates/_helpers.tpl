{{/* What several templates say. */}}

{{- define "hawser.fullname" -}}
{{- $name := default .Chart.Name .Values.nameOverride -}}
{{- if .Values.fullnameOverride -}}
{{- .Values.fullnameOverride | trunc 52 | trimSuffix "-" -}}
{{- else if contains $name .Release.Name -}}
{{- .Release.Name | trunc 52 | trimSuffix "-" -}}
{{- else -}}
{{- printf "%s-%s" .Release.Name $name | trunc 52 | trimSuffix "-" -}}
{{- end -}}
{{- end }}

{{- define "hawser.controller" -}}
{{ include "hawser.fullname" . }}-controller
{{- end }}

{{- define "hawser.serviceAccount" -}}
{{- if .Values.serviceAccount.create -}}
{{ default (include "hawser.controller" .) .Values.serviceAccount.name }}
{{- else -}}
{{ required "serviceAccount.name: expected the name of an account, since serviceAccount.create is false" .Values.serviceAccount.name }}
{{- end -}}
{{- end }}

{{/* The selector of a Deployment can never change: nothing may be added here. */}}
{{- define "hawser.selectorLabels" -}}
app.kubernetes.io/name: {{ include "hawser.controller" . }}
{{- end }}

{{- define "hawser.labels" -}}
app.kubernetes.io/part-of: hawser
app.kubernetes.io/instance: {{ .Release.Name }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_" }}
{{- end }}

{{/* Who the roles of the controller are for. */}}
{{- define "hawser.subject" -}}
- kind: ServiceAccount
  name: {{ include "hawser.serviceAccount" . }}
  namespace: {{ .Release.Namespace }}
{{- end }}
