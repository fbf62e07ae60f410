#!/usr/bin/env bash
# A corpus cleaned on a YARN cluster: a packed environment is made once and sent along.
set -euo pipefail
cd "$(dirname "$0")"

corpus=${1:?usage: submit.sh INPUT OUTPUT, URLs as hdfs:///corpus or s3a://bucket/corpus}
out=${2:?usage: submit.sh INPUT OUTPUT, URLs as hdfs:///corpus or s3a://bucket/corpus}

# Made on a machine of the same system and with the same Python as the nodes of the cluster.
if [[ ! -f cleaner-env.tar.gz ]]; then
  python3 -m venv cleaner-env
  cleaner-env/bin/pip install --quiet "${CLEANER:-../..}[spark]" venv-pack
  cleaner-env/bin/venv-pack --quiet -p cleaner-env -o cleaner-env.tar.gz
fi

# The driver and every executor run the Python of that environment, and nothing else is needed
# on the nodes than Java 17 and that Python's own libraries.
PYSPARK_PYTHON=./environment/bin/python spark-submit \
  --master "${MASTER:-yarn}" \
  --deploy-mode "${DEPLOY_MODE:-cluster}" \
  --archives cleaner-env.tar.gz#environment \
  --conf spark.yarn.appMasterEnv.PYSPARK_PYTHON=./environment/bin/python \
  --conf spark.executorEnv.PYSPARK_PYTHON=./environment/bin/python \
  --driver-memory 8g \
  --executor-cores 4 \
  --executor-memory 4g \
  --conf spark.executor.memoryOverhead=6g \
  clean.py run "$corpus" -o "$out" --engine spark --tables parquet
