"""Write what the report says of accuracy, from the page of results, into the package.

    python benchmarks/shipped_figures.py

Nothing is measured here: run it after `make eval`, which does. A test compares the file with the page.
"""

from __future__ import annotations

from measuring.shipped import PAGE, SHIPPED, shipped

if __name__ == "__main__":
    SHIPPED.write_text(shipped(PAGE.read_text("utf-8")), "utf-8", newline="\n")
    print(f"wrote {SHIPPED}")
