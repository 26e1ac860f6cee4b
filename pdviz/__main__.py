"""`python -m pdviz` starts the playground, where the repository is."""

from __future__ import annotations

import os
import sys
from pathlib import Path


def main() -> None:
    """Run the app with the arguments for Streamlit; say what is missing where it is not here."""
    root = Path(__file__).parents[1]
    if not (root / "app.py").is_file():
        sys.exit(
            "The playground is not in the installed package: get a copy of the repository and run "
            "`streamlit run app.py` in it. The layer is here: "
            "`from pdviz import PartiallyDilatedConv1d`."
        )
    os.chdir(root)  # where Streamlit looks for its settings
    command = [sys.executable, "-m", "streamlit", "run", "app.py", *sys.argv[1:]]
    os.execv(sys.executable, command)


if __name__ == "__main__":
    main()
