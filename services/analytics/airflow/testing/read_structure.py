"""What the DAG's source says, read without Airflow: `read_structure.py DAGS`. Prints one JSON object.

Parsing alone finds what Python 3.11 would not take.
"""

import ast
import json
import re
import sys
from pathlib import Path


def main(folder: str) -> None:
    sources = {path.name: path.read_text() for path in sorted(Path(folder).rglob("*.py"))}
    trees = {name: ast.parse(text, name, feature_version=(3, 11)) for name, text in sources.items()}
    [dag_tree] = [tree for name, tree in trees.items() if name == "spark_partitions_and_rollups.py"]
    [dag] = [node for node in ast.walk(dag_tree) if isinstance(node, ast.FunctionDef) and decorated(node, "dag")]
    settings = {word.arg: ast.unparse(word.value) for word in dag.decorator_list[0].keywords if word.arg}
    structure = {
        "settings": settings,
        "tasks": [node.name for node in dag.body if isinstance(node, ast.FunctionDef) and decorated(node, "task")],
        "order": order_of(dag),
        "steps": sorted(
            node.attr
            for node in ast.walk(dag)
            if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "steps"
        ),
        "functions": sorted(functions_in(trees["steps.py"])),
        "kinds": sorted(kinds_in(trees["alerts.py"])),
    }
    sys.stdout.write(json.dumps(structure))


def decorated(node: ast.FunctionDef, name: str) -> bool:
    used = [decorator.func if isinstance(decorator, ast.Call) else decorator for decorator in node.decorator_list]
    return any(isinstance(decorator, ast.Name) and decorator.id == name for decorator in used)


def order_of(dag: ast.FunctionDef) -> list[str]:
    """Names of `a() >> b() >> c()`, the DAG's last statement."""
    last = dag.body[-1]
    chain = last.value if isinstance(last, ast.Expr) else last
    return [node.strip() for node in ast.unparse(chain).replace("()", "").split(">>")]


def kinds_in(tree: ast.Module) -> set[str]:
    """Kinds of the alerts that are raised: the constants that `_raise` is called with."""
    constants = {
        target.id: ast.literal_eval(node.value)
        for node in tree.body
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Constant)
        for target in node.targets
        if isinstance(target, ast.Name)
    }
    return {
        constants[ast.unparse(node.args[0])]
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and ast.unparse(node.func) == "_raise"
    }


def functions_in(tree: ast.Module) -> set[str]:
    """SQL functions that any text of the module calls."""
    texts = [ast.unparse(node) for node in ast.walk(tree) if isinstance(node, ast.Constant | ast.JoinedStr)]
    return {found for text in texts for found in re.findall(r"\b(spark_[a-z_]+)\(", text)}


if __name__ == "__main__":
    main(*sys.argv[1:])
