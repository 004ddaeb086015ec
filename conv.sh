set -e
D=/tmp/h/gates-try; rm -rf $D; mkdir $D; cd $D; git init -q -b main; git config user.name A; git config user.email a@example.org
mkdir .resonance
cat > .resonance/config.yaml <<'Y'
version: 1
baseline: previous
approvers: ["Ada Lovelace <ada@example.org>"]
benchmarks:
  work:
    driver: command
    command: ["python3", "-I", "-S", "work.py"]
    paths: ["*.py"]
    samples: {min: 4, max: 6, time: 5s}
    metrics:
      cpu: {budget: work_cpu, margin: 10%}
      peak_rss: {budget: work_rss}
Y
printf '# State\n\n```json\n{\n  "budgets": {\n    "work_cpu": "10s",\n    "work_rss": "1MB",\n    "typo": "1s"\n  }\n}\n```\n' > .resonance/01_state.md
echo "# Soul" > .resonance/00_soul.md; echo "# Memory" > .resonance/02_memory.md
echo 'print(sum(i*i for i in range(100000)))' > work.py
git add -A; git commit -qm "watch it"
echo 'print(sum(i*i for i in range(110000)))' > work.py; git commit -qam "more, 100% <b>"
