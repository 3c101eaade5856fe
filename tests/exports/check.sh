#!/usr/bin/env bash
# The exports that no test can run without large tools: LaTeX compiles every system in one document,
# SymPy reads every system and gives the numbers that Python gives.
#
# Needs pdflatex (Debian: texlive-latex-recommended) and python3 with numpy and sympy (`pip install
# numpy sympy` in a virtual environment). Usage: tests/exports/check.sh [FOLDER], which keeps the files.
set -euo pipefail
cd "$(dirname "$0")/../.."
folder=${1:-$(mktemp -d)}
mkdir -p "$folder"
TAKENS_EXPORTS=$folder cargo test -q -p takens-tests --test exports every_language_writes_every_system

if command -v pdflatex >/dev/null; then
    {
        echo '\documentclass{article}\usepackage{amsmath}\begin{document}\sloppy'
        (cd "$folder" && ls *.tex | grep -v -e '^all.tex$' -e _published | sort | sed 's/.*/\\input{&}/')
        echo '\end{document}'
    } > "$folder/all.tex"
    (cd "$folder" && pdflatex -interaction=nonstopmode -halt-on-error all.tex > latex.out) ||
        { tail -30 "$folder/latex.out"; exit 1; }
    echo "LaTeX: $(grep -c '^Overfull' "$folder/all.log" || true) lines too wide in $folder/all.pdf"
else
    echo "LaTeX: not checked, there is no pdflatex"
fi

if python3 -c 'import sympy, numpy' 2>/dev/null; then
    python3 tests/exports/check_sympy.py "$folder"
else
    echo "SymPy: not checked, there is no sympy"
fi
