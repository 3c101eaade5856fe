"""`python -m takens_method method.py`: a first trial of a method, in this process, without a host."""

import sys

from .trial import trial

if len(sys.argv) != 2 or sys.argv[1].startswith("-"):
    sys.exit("usage: python -m takens_method method.py")
sys.exit(trial(sys.argv[1]))
