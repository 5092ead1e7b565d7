"""Runs the notebook on standard input in a fresh kernel, and lists the kinds of output, one a line."""

import sys

import nbclient
import nbformat

notebook = nbformat.read(sys.stdin, as_version=4)
nbclient.NotebookClient(notebook, timeout=300, kernel_name="python3").execute()
for cell in notebook.cells:
    for output in cell.get("outputs", []):
        if output.output_type == "stream" and output.name == "stderr":
            sys.exit(f"cell {cell.id} complains:\n{output.text}")
        print(*output.get("data", {"text/plain": ""}))
