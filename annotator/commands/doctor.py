"""`standpoint doctor`: what is wrong here, and what to do about it."""

import json
import os

import click

from annotator.commands.keeping import Shown
from annotator.config import Settings
from annotator.keeping.doctor import examination
from annotator.keeping.doctor.finding import Finding, State

COLOURS = {State.OK: "green", State.WARNING: "yellow", State.PROBLEM: "red"}


@click.command()
@click.option("--repair", is_flag=True, help="First count free seats anew where they are told wrong.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document and nothing else.")
@click.pass_context
def doctor(ctx: click.Context, repair: bool, as_json: bool) -> None:
    r"""Examine the database and what it stands on, while people work.

    A line for each finding: ok, warning or problem, and what to do. Exit code 1: there is a problem.
    Nothing is changed, unless --repair says so. --json prints [{"check", "state", "says", "advice"}, …];
    state is ok, warning or problem.

    \b
    Example:
      standpoint doctor --database sqlite:///news.db
    """
    settings = ctx.find_object(Settings) or Settings.read()
    if repair:
        projects = examination.repair(settings)
        click.echo(f"Seats were counted anew in {projects} projects.", err=as_json)
    findings = list(examination.examine(settings, os.environ, bars=Shown()))
    if as_json:
        click.echo(json.dumps([finding._asdict() for finding in findings], ensure_ascii=False, indent=1))
    else:
        for finding in findings:
            click.echo(_line(finding))
    if any(finding.state is State.PROBLEM for finding in findings):
        ctx.exit(1)


def _line(finding: Finding) -> str:
    state = click.style(f"{finding.state:<7}", fg=COLOURS[finding.state])
    advice = f"\n         → {finding.advice}" if finding.advice else ""
    return f"{state}  {finding.check}: {finding.says}{advice}"
