# The image of web, worker and schedule. It is made by the same step as a developer's machine:
# `./dev setup` makes the environment from the lock file and compiles the translations.

FROM python:3.13-slim-trixie AS build
WORKDIR /srv/queue-service
COPY dev dev.py pyproject.toml requirements.in requirements.lock requirements-build.in ./
COPY queue_service queue_service
COPY workers workers
COPY dashboards dashboards
RUN ./dev setup && .venv/bin/python -m compileall -q queue_service workers dashboards

FROM python:3.13-slim-trixie
# What lays out a report's PDF.
RUN apt-get update \
 && apt-get install --yes --no-install-recommends libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 \
 && rm -rf /var/lib/apt/lists/*
RUN useradd --uid 10001 --user-group --no-create-home queue && install -d -o queue -g queue /data
# The same place, for an environment cannot be moved.
COPY --from=build /srv/queue-service /srv/queue-service
ENV PATH=/srv/queue-service/.venv/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    QUEUE_DATA_DIR=/data \
    QUEUE_HOST=0.0.0.0
USER 10001:10001
WORKDIR /data
EXPOSE 8000
CMD ["queue-service", "web"]
