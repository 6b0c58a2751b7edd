"""`./run templates`: the Word templates and the style of workbooks as files to edit, and whether edited ones work."""

from __future__ import annotations

from pathlib import Path

import click

from bot.errors import Refusal
from bot.settings import load
from files import word_templates
from files.sheet_style import FILE_NAME, BadStyle, read_style


@click.command()
@click.option(
    "--out", type=click.Path(file_okay=False, path_type=Path),
    help="放到哪个文件夹;不写就是 DATA_DIR/templates。 / Which folder; else DATA_DIR/templates.",
)  # fmt: skip
def command(out: Path | None) -> None:
    """取出打印用的模板供县里修改;已有的不动,逐个检查。 / Put the templates where they are edited, and check them."""
    folder = out or load().data_dir / "templates"
    made = word_templates.write_defaults(folder)
    for name in made:
        click.echo(f"写好了:{folder / name} / Written.", err=True)
    faults = faults_in(folder)
    if faults:
        raise Refusal("\n".join(faults) + "\n改好前,用到它的打印会停下。 / Printing with it stops until it is right.")
    click.echo(f"{folder} 里的模板都能用。 / All templates work.", err=True)


def faults_in(folder: Path) -> list[str]:
    """Every mistake in the templates of a folder, as sentences that name the file and the tag."""
    found: list[str] = []
    for code, one in word_templates.KINDS.items():
        path = folder / one.name
        if path.is_file():
            found += word_templates.check(code, path.read_bytes())
    if (folder / FILE_NAME).is_file():
        try:
            read_style((folder / FILE_NAME).read_bytes())
        except BadStyle as problem:
            found += problem.faults
    return found
