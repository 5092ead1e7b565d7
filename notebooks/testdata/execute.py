"""Runs the notebook on standard input in a fresh kernel, and writes it with what it shows to standard output."""

import sys

import nbclient
import nbformat

notebook = nbformat.read(sys.stdin, as_version=4)
for cell in notebook.cells:
    cell.metadata.clear()
nbclient.NotebookClient(notebook, timeout=300, kernel_name="python3", record_timing=False).execute()
for cell in notebook.cells:
    for output in cell.get("outputs", []):
        if output.output_type == "stream" and output.name == "stderr":
            sys.exit(f"cell {cell.id} complains:\n{output.text}")
notebook.metadata = {"kernelspec": notebook.metadata["kernelspec"], "language_info": {"name": "python"}}
nbformat.write(notebook, sys.stdout)
