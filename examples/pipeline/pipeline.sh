#!/usr/bin/env bash
# Scraped records in; out come the same records: noise gone, in one script, copies marked.
set -uo pipefail

cleaner clean --jsonl --rejects rejects.jsonl |
  cleaner convert --jsonl --to simplified |
  cleaner dedup
