{{- define "parley.name" -}}
{{- if contains .Chart.Name .Release.Name }}{{ .Release.Name }}{{ else }}{{ .Release.Name }}-{{ .Chart.Name }}{{ end -}}
{{- end }}

{{- define "parley.selector" -}}
app.kubernetes.io/name: {{ .Chart.Name }}
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end }}

{{- define "parley.labels" -}}
{{ include "parley.selector" . }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ .Chart.Name }}-{{ .Chart.Version }}
{{- end }}

{{- /* What cannot work is refused before anything is installed. */}}
{{- define "parley.check" -}}
{{- $postgres := hasPrefix "postgres" .Values.store }}
{{- if and (gt (int .Values.replicas) 1) (not $postgres) }}{{ fail "more than one replica needs a PostgreSQL store: set store to a postgres:// URL" }}{{ end }}
{{- if and (gt (int .Values.replicas) 1) (eq .Values.bus "memory") }}{{ fail "more than one replica needs a bus: set bus to a nats:// URL" }}{{ end }}
{{- if and (gt (int .Values.replicas) 1) (not .Values.existingSecret.masterKey) }}{{ fail "more than one replica needs one master key: set existingSecret.name and existingSecret.masterKey" }}{{ end }}
{{- if and (not .Values.persistence.enabled) (not $postgres) }}{{ fail "SQLite without persistence would lose every chat with the pod" }}{{ end }}
{{- if and (or .Values.existingSecret.accessKey .Values.existingSecret.masterKey) (not .Values.existingSecret.name) }}{{ fail "existingSecret.name is missing" }}{{ end }}
{{- if and .Values.serviceMonitor.enabled (not .Values.tls.existingSecret) (not .Values.ingress.enabled) (eq .Values.plainHTTP "local") }}{{ fail "Prometheus reaches the pods by their addresses: set tls.existingSecret, ingress.enabled or plainHTTP=any" }}{{ end }}
{{- if and .Values.tls.existingSecret .Values.ingress.enabled }}{{ fail "either tls.existingSecret or ingress: the Ingress speaks TLS and reaches the server without" }}{{ end }}
{{- end }}
