"""The web application as a WSGI server loads it, with its settings from the environment."""

from queue_service.app import create_app
from queue_service.runtime.settings import Settings

app = create_app(Settings.from_env())
