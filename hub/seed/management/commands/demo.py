"""`manage.py demo`: the whole hub with invented content, web and worker, until Ctrl+C."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from argparse import ArgumentParser
from types import FrameType
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from hub.seed import play
from hub.seed.sign_ins import SIGN_INS


class Command(BaseCommand):
    help = "Migrate, seed, then serve the demo: one web server and one worker."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--port", type=int, default=8000)
        parser.add_argument("--seed-only", action="store_true", help="stop after seeding")

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.DEMO:
            raise CommandError("This fills the hub with invented councils. Set DEMO=true, or run: make demo")
        settings.DATA_DIR.mkdir(parents=True, exist_ok=True)
        settings.STATIC_ROOT.mkdir(parents=True, exist_ok=True)
        self.stdout.write("Preparing the database ...")
        call_command("migrate", verbosity=0, interactive=False)
        self.stdout.write("Playing the invented councils' first months ...")
        play.play(now=timezone.now(), say=self.stdout.write)
        call_command("rebuild_search", verbosity=0)
        if not options["seed_only"]:
            self.serve(options["port"])

    def serve(self, port: int) -> None:
        env = {**os.environ, "DJANGO_SETTINGS_MODULE": os.environ.get("DJANGO_SETTINGS_MODULE", "hub.settings.dev")}
        web = [
            sys.executable,
            "-m",
            "gunicorn",
            "hub.wsgi",
            "--config",
            "hub/deploy/gunicorn.conf.py",
            "--bind",
            f"127.0.0.1:{port}",
            "--workers",
            "2",
        ]
        processes = [
            subprocess.Popen([sys.executable, "manage.py", "worker"], env=env, cwd=settings.BASE_DIR),
            subprocess.Popen(web, env=env, cwd=settings.BASE_DIR),  # noqa: S603 - our own words
        ]
        signal.signal(signal.SIGTERM, _as_interrupt)
        self.tell(port)
        try:
            while all(process.poll() is None for process in processes):
                time.sleep(0.5)
        except KeyboardInterrupt:
            self.stdout.write("\nStopping.")
        finally:
            for process in processes:
                process.terminate()
            for process in processes:
                process.wait(timeout=30)
        if any(process.returncode not in {0, -signal.SIGTERM, -signal.SIGINT} for process in processes):
            raise CommandError(f"The demo stopped by itself. Is port {port} taken? Try: make demo PORT={port + 1}")

    def tell(self, port: int) -> None:
        address = f"http://localhost:{port}"
        lines = [
            "",
            f"  STEP hub is at {address}/ (every council, person and product in it is invented)",
            f"  Mail it sends can be read at {address}/demo/mail/",
            "",
            f"  Sign in at {address}/account/login/ with the password {play.PASSWORD} as",
            *[f"    {role:<16}{email}" for role, email in SIGN_INS],
            "",
            "  The forced second factor is off in the demo. Ctrl+C stops it.",
            "",
        ]
        self.stdout.write("\n".join(lines))


def _as_interrupt(signum: int, frame: FrameType | None) -> None:
    raise KeyboardInterrupt
