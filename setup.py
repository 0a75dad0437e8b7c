"""The build step that pyproject.toml cannot declare: a wheel holds the compiled catalogues."""

from babel.messages.setuptools_frontend import compile_catalog
from setuptools import setup
from setuptools.command.build_py import build_py


class BuildWithCatalogues(build_py):
    """Compiles the catalogues before the package data is collected."""

    def run(self) -> None:
        """Compile, then build."""
        self.run_command("compile_catalog")
        super().run()


setup(
    cmdclass={"build_py": BuildWithCatalogues, "compile_catalog": compile_catalog},
    options={"compile_catalog": {"directory": "queue_service/translations"}},
)
