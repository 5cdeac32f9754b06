"""outcomes.py -- a database of outcomes in FOLDER, as the first version made it.

Three classes: one where a model is clearly better, one where nothing can be told,
one with a single model; and a model whose name wants to be HTML.
"""
import json
import os
import random
import sqlite3
import sys

folder = sys.argv[1]
os.makedirs(folder, exist_ok=True)
db = sqlite3.connect(os.path.join(folder, "outcomes.db"))
db.executescript(
    "CREATE TABLE outcomes (seq INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE,"
    " wall_ms INTEGER NOT NULL, task TEXT NOT NULL, model TEXT NOT NULL, json TEXT NOT NULL);"
    "CREATE INDEX outcomes_by_time ON outcomes (wall_ms);"
    "PRAGMA user_version = 1;"
)
draw = random.Random(7)
CLAUDE = {"name": "claude", "model": "claude-sonnet-5", "provider": "anthropic", "family": "claude"}
GPT = {"name": "gpt", "model": "gpt-6-sol", "provider": "openai", "family": "gpt"}
HOME = {"name": "home", "model": "<b>qwen</b>&co", "provider": "openai-compatible", "family": "other"}
CLASSES = [
    ("ERR-2", "resilience", CLAUDE, 40, 0.95),
    ("ERR-2", "resilience", GPT, 40, 0.30),
    ("DB-1", "schema", CLAUDE, 9, 0.6),
    ("DB-1", "schema", GPT, 7, 0.6),
    ("OTHER", "other", HOME, 12, 0.7),
]
n = 0


def keep(kind, base):
    global n
    n += 1
    row = dict(base, kind=kind, id=f"e{n:08x}-{kind}")
    db.execute(
        "INSERT INTO outcomes (id, wall_ms, task, model, json) VALUES (?, ?, ?, ?, ?)",
        (row["id"], row["wall_ms"], row["task"], row["model"], json.dumps(row)),
    )


for task, cls, model, count, chance in CLASSES:
    for i in range(count):
        good = draw.random() < chance
        kind = draw.choice(("kept", "kept", "edited", "won") if good else
                           ("undone", "rejected", "refused", "lost"))
        base = {
            "v": 1, "decision": f"e{n:08x}-1", "wall_ms": 1790000000000 + i * 60000, "task": task,
            "class": cls, **model, "survived": 0.8 if kind == "edited" else float(good),
            "propensity": 1, "prior_mean": 0.5, "tokens_in": 2500, "tokens_out": 300,
            "cost_usd": 0.004 + 0.008 * draw.random(), "cheapest_usd": 0.005,
            "latency_ms": 1500 + 3000 * draw.random(), "policy": "balanced", "by_user": False,
        }
        keep("spent", base)
        keep(kind, base)
db.commit()
