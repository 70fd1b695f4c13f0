"""Kubernetes manifests that inject is tried on: every kind, and everything YAML lets people write."""

AGENT = """\
containers:
- name: agent
  image: registry.example/agent:7
"""

POD = """\
# Comments are lost.
apiVersion: v1
kind: Pod
metadata:
  name: agent
  labels: {app: agent, "tier": 'back end'}
spec:
  serviceAccountName: agent
  terminationGracePeriodSeconds: 0x3C
  containers:
  - name: agent
    image: registry.example/agent:7
    command: ["sh", '-c', "echo \\"\\u00e9\\" && exec agent"]
    args:
    - |
      while true; do
        run   --once

      done
    - |2-
        indented first
      then not
    - >
      folded
      text

      of two paragraphs
    - |+
      kept


    - ''
    - 'it''s'
    - "\\t\\0\\x1b[31m\\u2028 \\U0001F600 \\uFFFE"
    - "yes"
    - "0123"
    - "1e3"
    - |

      empty line first
    - plain text
      over two lines
    env:
    - name: MODE
      value: "on"
    - {name: LIMIT, valueFrom: {resourceFieldRef: {resource: limits.memory, divisor: 1Mi}}}
    ports: [{containerPort: 8080}]
    volumeMounts:
    - {name: config, mountPath: /etc/agent, readOnly: true}
  - name: plain
    image: registry.example/plain:1
    env:
  initContainers:
  - name: prepare
    image: registry.example/prepare:1
    env: []
  volumes:
  - name: config
    configMap: {name: agent, defaultMode: 0440}
"""


def template(api, kind, spec, metadata="{labels: {app: agent}}"):
    return f"""\
apiVersion: {api}
kind: {kind}
metadata:
  name: agent
spec:
{indented(spec, 2)}
  template:
    metadata: {metadata}
    spec:
{indented(AGENT, 6)}
"""


def indented(text, columns):
    return "\n".join(" " * columns + line for line in text.rstrip("\n").split("\n"))


SELECTOR = "selector: {matchLabels: {app: agent}}"
DEPLOYMENT = template("apps/v1", "Deployment", "replicas: 2\n" + SELECTOR)
KINDS = {
    "Pod": POD,
    "Deployment": DEPLOYMENT,
    "StatefulSet": template("apps/v1", "StatefulSet", "serviceName: agent\n" + SELECTOR),
    "DaemonSet": template("apps/v1", "DaemonSet", SELECTOR),
    "ReplicaSet": template("apps/v1", "ReplicaSet", SELECTOR),
    "Job": template("batch/v1", "Job", "backoffLimit: 1").replace("containers:", "restartPolicy: Never\n      containers:"),
    "CronJob": f"""\
apiVersion: batch/v1
kind: CronJob
metadata: {{name: agent}}
spec:
  schedule: "*/5 * * * *"
  jobTemplate:
    spec:
      template:
        spec:
          restartPolicy: OnFailure
{indented(AGENT, 10)}
""",
}
SERVICE = """\
apiVersion: v1
kind: Service
metadata: {name: agent}
spec:
  selector: {app: agent}
  ports:
  - {port: 80, targetPort: 8080}
"""
CONFIG_MAP = """\
apiVersion: v1
kind: ConfigMap
metadata: {name: agent}
data:
  run.sh: |
    #!/bin/sh
    exec agent "$@"
  "no": 'yes'
"""
CUSTOM = """\
apiVersion: apps.example.com/v1
kind: Deployment
metadata: {name: not-ours}
spec: {template: {spec: {containers: [{name: agent, image: x}]}}}
"""
LIST = f"""\
apiVersion: v1
kind: List
items:
- apiVersion: v1
  kind: Pod
  metadata:
    name: one
  spec:
{indented(AGENT, 4)}
{indented("- " + indented(SERVICE, 2).lstrip(), 0)}
"""
ANCHORS = """\
apiVersion: v1
kind: Pod
metadata: &metadata {name: agent, labels: {app: agent}}
spec:
  containers:
  - &first
    name: agent
    image: &image "registry.example/agent:7"
    resources: {limits: &limits {memory: 64Mi}}
  - <<: *first
    name: second
    env: [{name: IMAGE, value: *image}]
"""
FLOW = """\
{apiVersion: v1, kind: Pod, metadata: {name: agent, annotations: ~}, spec: {containers: [
  {name: agent, image: x, env: null}], volumes: [], initContainers: }}
"""

EVERYTHING = {
    **KINDS, "List": LIST, "anchors": ANCHORS, "flow": FLOW, "service": SERVICE, "config map": CONFIG_MAP,
    "custom": CUSTOM, "many": "---\n".join([SERVICE, DEPLOYMENT, "# nothing\n", CONFIG_MAP, POD, CUSTOM]),
}
